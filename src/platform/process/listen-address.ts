/** The start-up check that the service can listen on its address, before a database is created or started. */
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import type { Server as HttpServer } from 'node:http';
import { createServer, type Server } from 'node:net';
import type { HttpConfig } from '../../../config/app-config.js';

type Address = Pick<HttpConfig, 'host' | 'port'>;

/** Codes of an address that a name has and this machine does not, such as `::1` where IPv6 is off. */
const ABSENT = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT']);

/**
 * Returns the addresses to listen on: HOST itself, and for `localhost` every address that this machine has. Throws an
 * error that names PORT or HOST when listening fails. Another process may still take the address later.
 */
export async function requireFreeAddress(address: Address, find = addressesOf): Promise<string[]> {
  const free: string[] = [];
  let absent: unknown = null;
  try {
    for (const host of await find(address.host)) {
      const fault = await tryToListen({ ...address, host });
      if (fault === null) free.push(host);
      else if (ABSENT.has(fault.code ?? '')) absent = fault;
      else throw fault;
    }
    if (free.length === 0) throw absent;
  } catch (error) {
    throw listenFault(error, address);
  }
  return free;
}

/**
 * Browsers resolve `localhost` to 127.0.0.1 or to ::1. Node.js resolves any other name, and takes its first address.
 */
async function addressesOf(host: string): Promise<string[]> {
  if (host !== 'localhost') return [host];
  const found = await lookup(host, { all: true });
  return [...new Set(found.map(({ address }) => address))];
}

async function tryToListen({ host, port }: Address): Promise<NodeJS.ErrnoException | null> {
  // A client that connects meanwhile is disconnected, as from a closed port; otherwise the probe would wait for it to
  // close.
  const probe = createServer((socket) => socket.destroy());
  try {
    probe.listen(port, host);
    await once(probe, 'listening');
    probe.close();
    await once(probe, 'close');
    return null;
  } catch (error) {
    return error as NodeJS.ErrnoException;
  }
}

/**
 * Serves one more address, as a server listens on one only. Fastify would do so for `localhost`, but not for a server
 * that it did not create. Its connections are closed with those of the HTTP server.
 */
export async function listenBeside(server: HttpServer, address: Address): Promise<Server> {
  // The options that Node's HTTP server sets on its own sockets.
  const beside = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => server.emit('connection', socket));
  beside.listen(address.port, address.host);
  await once(beside, 'listening');
  return beside;
}

/** Returns the error of a `listen` in words for the operator; any other error unchanged. */
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
