/** Application for describing itself: it has all routes, but connects to no database and cannot serve. */
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { loadConfig } from '../../config/env.js';
import { createApp } from '../create-app.js';

export async function describedApp(): Promise<NestFastifyApplication> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const config = loadConfig({
    NODE_ENV: 'test',
    DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none',
    DATA_DIR: tmpdir(),
    TOKEN_HASH_KEYS: `v1:${randomBytes(32).toString('base64')}`,
    LEDGER_ENCRYPTION_KEYS: `v1:${randomBytes(32).toString('base64')}`,
    JWT_PRIVATE_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    LOG_LEVEL: 'silent',
  });
  return createApp(config, { preview: true });
}
