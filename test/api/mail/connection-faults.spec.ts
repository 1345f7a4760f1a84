/** What the queue remembers of a mail server that cannot be spoken to. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { uniqueEmail } from '../../support/actors.js';
import { startApp, type TestApp } from '../../support/app.js';
import { startUntrustedSmtp } from '../../support/smtp.js';
import { until } from '../../support/until.js';

let untrusted: Awaited<ReturnType<typeof startUntrustedSmtp>>;

beforeAll(async () => {
  untrusted = await startUntrustedSmtp();
});

afterAll(() => untrusted.close());

/** Registers somebody, whose welcome mail then fails. */
async function lastError(app: TestApp): Promise<string> {
  const person = { email: uniqueEmail(), name: 'Zoe', password: 'a long enough pass phrase' };
  const headers = { 'content-type': 'application/json' };
  await fetch(`${app.url}/api/v1/auth/register`, { method: 'POST', headers, body: JSON.stringify(person) });
  let error: string | null | undefined;
  await until(async () => {
    const [job] = await app.db<{ last_error: string | null }>('SELECT last_error FROM graphile_worker.jobs');
    error = job?.last_error;
    return typeof error === 'string';
  });
  return error ?? '';
}

describe('a mail that cannot be delivered', () => {
  it('names a certificate that is not trusted', async () => {
    const error = await lastError(await startApp({ env: { SMTP_URL: untrusted.url } }));
    expect(error).toContain('DEPTH_ZERO_SELF_SIGNED_CERT');
    expect(error).toContain('the certificate of the mail server is not trusted');
  });

  it('names a closed port as one', async () => {
    const error = await lastError(await startApp({ env: { SMTP_URL: 'smtp://127.0.0.1:1' } }));
    expect(error).toContain('ECONNREFUSED');
    expect(error).not.toContain('certificate');
  });
});
