/**
 * Peer: better-auth's API-key plugin on the same PostgreSQL, behind the same web server without a framework. Its own
 * migrations create its tables. Everything optional is off: rate limits, telemetry, log, immediate updates, and waiting
 * for the disk at commit. It still writes twice for each verification (1.7.5: `lastRequest`, then `updatedAt`), which
 * no option of its database storage turns off.
 */
import Fastify from 'fastify';
import pg from 'pg';
import { packageOf } from '../packages.js';
import '../usage.js';

interface Auth {
  readonly options: object;
  readonly api: {
    signUpEmail(call: { body: object }): Promise<{ user: { id: string } }>;
    createApiKey(call: { body: object }): Promise<{ key: string }>;
    verifyApiKey(call: { body: { key: string } }): Promise<{ valid: boolean }>;
  };
}

const { DATABASE_URL, PORT, KEYS } = process.env;
const { betterAuth } = await packageOf<{ betterAuth: (options: object) => Auth }>('better-auth');
const { apiKey } = await packageOf<{ apiKey: (options: object) => object }>('@better-auth/api-key');
const { getMigrations } = await packageOf<{
  getMigrations: (options: object) => Promise<{ runMigrations: () => Promise<void> }>;
}>('better-auth/db/migration');

const auth = betterAuth({
  database: new pg.Pool({ connectionString: DATABASE_URL, max: 10, options: '-c synchronous_commit=off' }),
  baseURL: `http://127.0.0.1:${PORT ?? ''}`,
  secret: 'only for the benchmark, never for a service',
  emailAndPassword: { enabled: true },
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  // It warns that its tables do not exist yet. A failed request voids the run anyway.
  logger: { disabled: true },
  advanced: { backgroundTasks: { handler: (task: Promise<unknown>) => void task.catch(() => undefined) } },
  plugins: [apiKey({ rateLimit: { enabled: false }, deferUpdates: true })],
});
await (await getMigrations(auth.options)).runMigrations();
const body = { email: 'bench@example.test', name: 'Bench', password: 'a long enough pass phrase 42' };
const { user } = await auth.api.signUpEmail({ body });

const server = Fastify();
server.get('/keys', async () => {
  const keys = Array.from({ length: Number(KEYS) }, () => auth.api.createApiKey({ body: { userId: user.id } }));
  return (await Promise.all(keys)).map(({ key }) => key);
});
server.get('/readyz', () => ({ ok: true }));
server.get('/guarded', async (request, reply) => {
  const key = request.headers.authorization?.slice('Bearer '.length) ?? '';
  const { valid } = await auth.api.verifyApiKey({ body: { key } });
  return valid ? { ok: true } : reply.code(401).send({ ok: false });
});
await server.listen({ port: Number(PORT), host: '127.0.0.1' });
