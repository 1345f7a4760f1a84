/**
 * The reasons why the database of DATABASE_URL cannot be reached at the start, in words for the operator. Neither the
 * URL nor the server's message is repeated: a password that was not percent-encoded can end up in any part of them.
 */
import pg from 'pg';

const CONNECT_TIMEOUT_MS = 10_000;

/** Fault and remedy, by the code of the socket, of TLS, or of PostgreSQL (appendix A of its manual). */
const BY_CODE: Readonly<Record<string, string | undefined>> = {
  ECONNREFUSED: 'nothing listens at its host and port. Start PostgreSQL there, or correct the URL',
  ENOTFOUND: 'its host name is not known. Correct the name, or the name service of this machine',
  EAI_AGAIN: 'its host name cannot be looked up now. Mend the name service of this machine, or correct the name',
  ETIMEDOUT: 'its host does not answer. Look for a firewall between, or correct the URL',
  EHOSTUNREACH: 'there is no way to its host. Look at the network, or correct the URL',
  ENETUNREACH: 'there is no way to its network. Look at the network, or correct the URL',
  ECONNRESET: 'the connection was cut. Look whether its host and port are those of PostgreSQL',
  ENOENT: 'its socket, or a certificate that it names, is not there. Correct the path',
  EACCES: 'this user may not open its socket, or a certificate that it names. Give it the right to',
  '28P01':
    'the server refuses its user name or password. Correct them; other characters than letters and digits are percent-encoded',
  '28000':
    'the server does not let this user in from here, or not without TLS. Look at its pg_hba.conf, or add ?sslmode=verify-full',
  '3D000': 'the server has no database of this name. Create it, or correct the name',
  '42501': 'its user may not connect to this database, or not change its schema. Grant it the right to',
  '53300': 'the server has no connection left. Raise its max_connections, or lower DATABASE_POOL_SIZE',
  '57P03': 'the server is just starting or stopping. Start again when it is ready',
};

const UNTRUSTED =
  'the certificate of the server is not trusted. Add &sslrootcert=/path/to/ca.pem to the URL, or have NODE_EXTRA_CA_CERTS name that file';

/** Errors of the driver without a code. */
const BY_MESSAGE: readonly (readonly [pattern: RegExp, words: string])[] = [
  [/does not support SSL/, 'the server does not speak TLS. Turn it on there, or take sslmode out of the URL'],
  [/password must be a string|no password/, 'the server wants a password, and the URL has none. Add it'],
  [/timeout/i, 'its host does not answer in time. Look for a firewall between, or correct the URL'],
  [
    /Connection terminated|unexpected/i,
    'what answers is not PostgreSQL, or ended the connection. Correct the host and port',
  ],
];

/** Resolves when the database can be reached. Otherwise throws an error with fault and remedy for the operator. */
export async function requireDatabase(url: string): Promise<void> {
  try {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
    client.on('error', () => undefined);
    try {
      await client.connect();
    } finally {
      await client.end().catch(() => undefined);
    }
  } catch (error) {
    throw connectionFault(error) ?? fault(wordsOf(error), codeOf(error), error);
  }
}

/** Returns the same error for a connection fault that appears later in the start; `null` for every other error. */
export function connectionFault(error: unknown): Error | null {
  const code = codeOf(error);
  const { syscall = '', severity } = error as { syscall?: string; severity?: string };
  const isOfConnection = severity !== undefined || ['connect', 'getaddrinfo', 'open', 'read'].includes(syscall);
  const words = isOfConnection ? BY_CODE[code] : isCertificateCode(code) ? UNTRUSTED : undefined;
  return words === undefined ? null : fault(words, code, error);
}

function fault(words: string, code: string, cause: unknown): Error {
  return new Error(`DATABASE_URL: ${words}${code === '' ? '.' : ` (${code}).`}`, { cause });
}

/** A name with several addresses fails with one error for each address, and has the code of one. */
function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : '';
}

function isCertificateCode(code: string): boolean {
  return /CERT|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/.test(code);
}

function wordsOf(error: unknown): string {
  const { message } = error as Error;
  return BY_MESSAGE.find(([pattern]) => pattern.test(message))?.[1] ?? 'no connection to the database comes about';
}
