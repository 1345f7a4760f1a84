import { describe, expect, it } from '@jest/globals';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { listenBeside, listenFault, requireFreeAddress } from '../../../../src/platform/process/listen-address.js';
import { drain } from '../../../../src/platform/process/shutdown.js';

describe('the address to listen on', () => {
  it('is free again after it was tried', async () => {
    const first = createServer();
    await new Promise<void>((resolve) => first.listen(0, '127.0.0.1', resolve));
    const { port } = first.address() as AddressInfo;
    const address = { host: '127.0.0.1', port };
    await expect(requireFreeAddress(address)).rejects.toThrow(/^PORT \d+: address already in use .*EADDRINUSE\)\.$/);
    await new Promise((resolve) => first.close(resolve));
    await requireFreeAddress(address);
    await requireFreeAddress(address);
  });

  it.each([
    ['203.0.113.1', 'EADDRNOTAVAIL'],
    ['canary.invalid', 'ENOTFOUND|EAI_AGAIN'],
  ])('is named by HOST when it is %s', async (host, code) => {
    const fault = new RegExp(`^HOST ${host}: .*(?:${code})`);
    await expect(requireFreeAddress({ host, port: 0 })).rejects.toThrow(fault);
  });

  it('is named by PORT when the user may not have it, and any other error stays as it is', () => {
    const address = { host: '0.0.0.0', port: 80 };
    const denied = Object.assign(new Error('listen EACCES'), { code: 'EACCES', syscall: 'listen' });
    expect(String(listenFault(denied, address))).toMatch(/^Error: PORT 80: this user may not listen/);
    const other = new Error('other');
    expect(listenFault(other, address)).toBe(other);
  });

  it('is each one that localhost has here, but for those that this machine does not have', async () => {
    const find = (): Promise<string[]> => Promise.resolve(['203.0.113.1', '127.0.0.1', '127.0.0.2']);
    expect(await requireFreeAddress({ host: 'localhost', port: 0 }, find)).toEqual(['127.0.0.1', '127.0.0.2']);
    const none = (): Promise<string[]> => Promise.resolve(['203.0.113.1']);
    await expect(requireFreeAddress({ host: 'localhost', port: 0 }, none)).rejects.toThrow(/^HOST localhost: /);
  });

  it('may be a second one of the same HTTP server, which is drained with the first', async () => {
    const server = createHttpServer((_, response) => response.end('here'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const beside = await listenBeside(server, { host: '127.0.0.2', port });
    const answer = await fetch(`http://127.0.0.2:${String(port)}/`);
    expect(await answer.text()).toBe('here');
    await drain(server, [beside]);
    expect([server.listening, beside.listening]).toEqual([false, false]);
    await expect(fetch(`http://127.0.0.2:${String(port)}/`)).rejects.toThrow();
  });
});
