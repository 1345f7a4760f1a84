/**
 * The notice of a finished start: addresses of the service and its documentation, directories of its data and its
 * mails.
 */
import type { AppConfig } from '../../../config/app-config.js';

/** Hosts that a browser on this machine reaches as `localhost`. */
const LOCAL = new Set(['127.0.0.1', '::1', '0.0.0.0', '::', 'localhost']);

export interface ReadyNotice {
  /** The address that the service listens at, as a browser on this machine names it. */
  readonly address: string;
  /** PUBLIC_URL, under which the cookies of the service are accepted. */
  readonly publicUrl: string;
  /** The page with the description of the API. */
  readonly docs: string;
  /** The directory of the embedded database; absent with DATABASE_URL. */
  readonly data?: string;
  /** The directory that mails are written to; absent with SMTP_URL. */
  readonly mails?: string;
}

export function readyNotice({ http, database, mail, dataDir }: AppConfig, port: number): ReadyNotice {
  const address = `http://${nameOf(http.host)}:${String(port)}`;
  // The default of PUBLIC_URL is derived from PORT, which is 0 for any free port.
  const isDefault = http.publicUrl === `http://localhost:${String(http.port)}`;
  const publicUrl = isDefault ? address : http.publicUrl;
  return {
    address,
    publicUrl,
    docs: `${publicUrl}/docs`,
    ...(database.url === null && { data: dataDir }),
    ...(mail.smtpUrl === null && { mails: mail.outboxDir }),
  };
}

/**
 * Returns the notice as one line of text. Browsers know a site by its name: after a sign-in at 127.0.0.1 from a page on
 * localhost, they would drop the cookie. The line therefore uses the default PUBLIC_URL's name, and adds another
 * PUBLIC_URL.
 */
export function readyLine({ address, publicUrl, docs, data, mails }: ReadyNotice): string {
  const parts = [
    `Latchkey is ready at ${address}`,
    ...(publicUrl === address ? [] : [`for browsers at ${publicUrl}`]),
    `API at ${docs}`,
    ...(data === undefined ? [] : [`data in ${data}`]),
    ...(mails === undefined ? [] : [`mails in ${mails}`]),
  ];
  return parts.join(', ');
}

/** Returns the notice for a person at a terminal. */
export function readyText({ address, publicUrl, docs, data, mails }: ReadyNotice): string {
  const rows = [
    ['Service', publicUrl === address ? address : `${publicUrl} (listening at ${address})`],
    ['API', docs],
    ['Data', data],
    ['Mails', mails],
  ].filter(([, value]) => value !== undefined);
  const lines = rows.map(([name = '', value = '']) => `  ${name.padEnd(9)}${value}`);
  return ['', `Latchkey is ready at ${address}`, '', ...lines, '', '  Stop it with Ctrl-C.', ''].join('\n');
}

function nameOf(host: string): string {
  if (LOCAL.has(host)) return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
