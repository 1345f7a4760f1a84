/** Port that responds like an unusable PostgreSQL, by the first bytes of its protocol. */
import { afterAll } from '@jest/globals';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { generate } from 'selfsigned';

const servers: Server[] = [];

afterAll(() => servers.splice(0).forEach((server) => server.close()));

/** Resolves with the port. Every connection gets `answer` at its first bytes. */
async function listen(answer: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined).once('data', () => answer(socket));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** Refuses with this SQLSTATE, as a starting server does. */
export function refusingWith(sqlState: string, message: string): Promise<number> {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${sqlState}\0M${message}\0\0`);
  const head = Buffer.alloc(5, 'E');
  head.writeInt32BE(fields.length + 4, 1);
  return listen((socket) => socket.end(Buffer.concat([head, fields])));
}

/** Offers TLS with an untrusted certificate. */
export async function untrusted(): Promise<number> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], { keyType: 'ec' });
  return listen((socket) => {
    socket.write('S');
    new TLSSocket(socket, { isServer: true, key, cert }).on('error', () => undefined);
  });
}

/** Responds in HTTP. */
export function web(): Promise<number> {
  return listen((socket) => socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'));
}
