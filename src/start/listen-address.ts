/** Whether the service can listen where it is told to: found out before a database is made or started for it. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { HttpConfig } from '../../config/app-config.js';

type Address = Pick<HttpConfig, 'host' | 'port'>;

/** Throws, naming PORT or HOST, when nobody could listen there. Another process may still come between, see below. */
export async function requireFreeAddress(address: Address): Promise<void> {
  const probe = createServer();
  try {
    probe.listen(address.port, address.host);
    await once(probe, 'listening');
    probe.close();
    await once(probe, 'close');
  } catch (error) {
    throw listenFault(error, address);
  }
}

/** The error of a `listen` in an operator's words; any other error as it is. */
export function listenFault(error: unknown, { host, port }: Address): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  const words = WORDS[code ?? ''];
  if (words === undefined || !['listen', 'getaddrinfo', 'bind'].includes(syscall ?? '')) return error;
  return new Error(`${words(host, String(port))} (${String(code)}).`, { cause: error });
}

const WORDS: Readonly<Record<string, ((host: string, port: string) => string) | undefined>> = {
  EADDRINUSE: (host, port) =>
    `PORT ${port}: address already in use on ${host}. Stop the process that listens there, or set another PORT`,
  EACCES: (_, port) =>
    `PORT ${port}: this user may not listen on it. Set a PORT above 1023, and let a proxy have this one`,
  EADDRNOTAVAIL: (host) =>
    `HOST ${host}: no address of this machine. Set HOST to one of its own, or to 0.0.0.0 for all`,
  ENOTFOUND: (host) => `HOST ${host}: this name has no address. Set HOST to an address of this machine`,
  EAI_AGAIN: (host) => `HOST ${host}: this name cannot be looked up now. Set HOST to an address of this machine`,
  EAFNOSUPPORT: (host) => `HOST ${host}: this machine does not speak that kind of address. Set another HOST`,
};
