/** HTTP layer alone: the real setup around controllers of the test, without database or guards. */
import { afterAll } from '@jest/globals';
import { Module, type Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { loadConfig } from '../../config/env.js';
import { createApp } from '../../src/create-app.js';

export interface Edge {
  readonly url: string;
  readonly port: number;
  readonly nest: NestFastifyApplication;
  /** Every log line so far, as text. */
  readonly log: string[];
}

@Module({})
class EdgeModule {}

const running: NestFastifyApplication[] = [];

export async function startEdge(controllers: Type[], env: Record<string, string> = {}): Promise<Edge> {
  const log: string[] = [];
  const config = loadConfig({ ...defaults(), ...env });
  const module = { module: EdgeModule, controllers };
  const nest = await createApp(config, { module, logSink: { write: (line) => void log.push(line) } });
  running.push(nest);
  await nest.listen(0, '127.0.0.1');
  const { port } = nest.getHttpServer().address() as { port: number };
  return { url: `http://127.0.0.1:${String(port)}`, port, nest, log };
}

afterAll(async () => {
  for (const nest of running.splice(0)) await nest.close();
});

function defaults(): Record<string, string> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    NODE_ENV: 'test',
    DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none',
    DATA_DIR: tmpdir(),
    PUBLIC_URL: 'http://localhost:3000',
    TOKEN_HASH_KEYS: `v1:${randomBytes(32).toString('base64')}`,
    LEDGER_ENCRYPTION_KEYS: `v1:${randomBytes(32).toString('base64')}`,
    METRICS_TOKEN: randomBytes(32).toString('hex'),
    JWT_PRIVATE_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    LOG_LEVEL: 'info',
  };
}
