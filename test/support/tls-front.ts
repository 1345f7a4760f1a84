/** TLS-terminating proxy in front of the service, with a self-signed certificate for another host name. */
import { afterAll } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type Server } from 'node:tls';
import { generate } from 'selfsigned';

export class TlsProxy {
  private constructor(
    private readonly server: Server,
    private readonly sockets: Set<Socket>,
    /** Directory of `cert.pem` and of further files of a test. */
    readonly directory: string,
  ) {
    fronts.push(this);
  }

  static async before(url: string, host: string): Promise<TlsProxy> {
    const directory = mkdtempSync(join(tmpdir(), 'latchkey-tls-'));
    const altNames = [{ type: 2 as const, value: host }];
    const { private: key, cert } = await generate([{ name: 'commonName', value: host }], {
      keyType: 'ec',
      extensions: [{ name: 'subjectAltName', altNames }],
    });
    writeFileSync(join(directory, 'cert.pem'), cert);
    const sockets = new Set<Socket>();
    const { port, hostname } = new URL(url);
    const server = createServer({ key, cert }, (client) => {
      const upstream = connect(Number(port), hostname);
      for (const [from, to] of [
        [client, upstream],
        [upstream, client],
      ] as const) {
        sockets.add(from);
        from.on('error', () => to.destroy()).on('close', () => to.destroy());
        from.pipe(to);
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new TlsProxy(server, sockets, directory);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  close(): void {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

const fronts: TlsProxy[] = [];

afterAll(() => fronts.splice(0).forEach((front) => front.close()));
