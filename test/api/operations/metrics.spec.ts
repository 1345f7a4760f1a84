import { beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Actor } from '../../support/actors.js';
import { sharedApp, startApp, type TestApp } from '../../support/app.js';
import { RawConnection } from '../../support/raw-connection.js';

const TOKEN = 'metrics-token-of-at-least-32-characters';

let app: TestApp;
let anonymous: Actor;
let scraper: Actor;
beforeAll(async () => {
  app = await sharedApp();
  anonymous = new Actor(app, null);
  scraper = new Actor(app, app.config.http.metricsToken);
});

describe('GET /metrics with the generated token', () => {
  it('shows requests by route template', async () => {
    await anonymous.get('/healthz?secret=canary-1');
    await anonymous.get('/api/v1/canary-2');
    const { text, headers } = await scraper.get('/metrics').expect(200);
    expect(headers['content-type']).toMatch(/^text\/plain; version=/);
    expect(text).toContain('latchkey_http_requests_total{method="GET",route="/healthz",status="2xx"}');
    expect(text).toContain('latchkey_http_requests_total{method="GET",route="none",status="4xx"} 1\n');
    expect(text).toContain('latchkey_http_request_duration_seconds_count{method="GET",route="none",status="4xx"} 1\n');
    expect(text).toContain('latchkey_process_cpu_seconds_total');
    expect(text).not.toContain('canary');
  });

  it('counts every request once, however often it is asked', async () => {
    const counted = async (): Promise<number> => {
      const { text } = await scraper.get('/metrics').expect(200);
      return Number(/http_requests_total\{method="GET",route="\/metrics",status="2xx"\} (\d+)/.exec(text)?.[1] ?? 0);
    };
    const before = await counted();
    expect(await counted()).toBe(before + 1);
    expect(await counted()).toBe(before + 2);
  });

  it('counts every request once when several ask at the same time', async () => {
    await anonymous.get('/healthz').expect(200);
    const asked = Array.from({ length: 8 }, async () => (await scraper.get('/metrics').expect(200)).text);
    const texts = [...(await Promise.all(asked)), (await scraper.get('/metrics')).text];
    const counts = texts.map((text) =>
      ['requests_total', 'request_duration_seconds_count'].map(
        (name) =>
          new RegExp(`latchkey_http_${name}\\{method="GET",route="/healthz",status="2xx"\\} (.*)`).exec(text)?.[1],
      ),
    );
    for (const [requests, durations] of counts) {
      expect(requests).toMatch(/^[1-9]\d*$/);
      expect(durations).toBe(requests);
    }
  });

  it('counts refused credentials by reason', async () => {
    await new Actor(app, 'not-a-token').get('/api/v1/token').expect(401);
    await new Actor(app, 'a.b.c').get('/api/v1/token').expect(401);
    const { text } = await scraper.get('/metrics');
    expect(text).toContain('latchkey_credential_verifications_total{outcome="malformed"} 2');
  });

  it('finds it in the data directory', () => {
    const file = join(app.config.dataDir, 'secrets', 'metrics-token');
    expect(readFileSync(file, 'utf8').trim()).toBe(app.config.http.metricsToken);
  });
});

describe('GET /metrics without a token', () => {
  it.each([
    ['a caller on this machine', 'GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'],
    // All that `proxy_pass http://127.0.0.1:3000;` sends of its own.
    ['an nginx on this machine', 'GET /metrics HTTP/1.0\r\nHost: 127.0.0.1:3000\r\nConnection: close\r\n\r\n'],
  ])('hides them from %s', async (_, bytes) => {
    const client = await RawConnection.to(Number(new URL(app.url).port));
    const [answer] = await client.send(bytes).answers(1);
    client.close();
    expect(answer).toMatchObject({ status: 404, body: expect.stringContaining('"not_found"') });
  });
});

describe('GET /metrics with a configured token', () => {
  let guarded: TestApp;
  beforeAll(async () => {
    guarded = await startApp({ env: { METRICS_TOKEN: TOKEN } });
  });

  it('shows them to its bearer, also behind a proxy', async () => {
    await new Actor(guarded, TOKEN).get('/metrics').set('x-forwarded-for', '192.0.2.1').expect(200);
  });

  it.each([null, '', `${TOKEN}x`, TOKEN.replace('m', 'n')])('hides from the bearer of %j', async (credential) => {
    const response = await new Actor(guarded, credential).get('/metrics').expect(404);
    expect(response.body).toMatchObject({ code: 'not_found' });
  });
});
