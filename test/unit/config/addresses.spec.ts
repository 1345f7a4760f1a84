import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../../config/env.js';
import { complete, faultsOf } from './support.js';

const HTTPS = 'https://latchkey.example.com';

describe('DASHBOARD_URL', () => {
  it.each([
    [undefined, 'http://localhost:8080'],
    [undefined, 'http://localhost'],
    ['http://127.0.0.1:3000', 'http://127.0.0.1:3001'],
    ['http://[::1]:3000', 'http://[::1]:3001'],
    [HTTPS, 'https://example.com'],
    [HTTPS, 'https://a.b.example.com:8443/path'],
    [HTTPS, 'https://LATCHKEY.example.com'],
    ['https://api.example.co.uk', 'https://dashboard.example.co.uk'],
    ['https://intranet', 'https://intranet:8443'],
    ['http://192.168.1.5:3000', 'http://192.168.1.5:3001'],
  ])('may be on the site of PUBLIC_URL: %s, %s', (publicUrl, dashboardUrl) => {
    const env = { ...(publicUrl !== undefined && { PUBLIC_URL: publicUrl }), DASHBOARD_URL: dashboardUrl };
    expect(faultsOf({ ...complete(), ...env }).names).toEqual([]);
  });

  it.each([
    [undefined, 'http://127.0.0.1:3001'],
    [undefined, 'https://dashboard.example.com'],
    [undefined, 'https://localhost:3001'],
    ['http://127.0.0.1:3000', 'http://localhost:3001'],
    ['http://127.0.0.1:3000', 'http://[::1]:3001'],
    [HTTPS, 'http://latchkey.example.com'],
    [HTTPS, 'https://example.org'],
    [HTTPS, 'https://dashboard.example.com.'],
    [HTTPS, 'https://notexample.com'],
    ['https://one.co.uk', 'https://other.co.uk'],
    ['https://one.github.io', 'https://other.github.io'],
    ['http://192.168.1.5:3000', 'http://192.168.1.6:3001'],
  ])('may not be on another site, where no cookie goes: %s, %s', (publicUrl, dashboardUrl) => {
    const env = { ...(publicUrl !== undefined && { PUBLIC_URL: publicUrl }), DASHBOARD_URL: dashboardUrl };
    const { names, message } = faultsOf({ ...complete(), ...env });
    expect(names).toEqual(['DASHBOARD_URL']);
    expect(message).toContain('PUBLIC_URL');
  });

  it.each([
    [{}, 'http://localhost:3001'],
    [{ PUBLIC_URL: 'http://127.0.0.1:3000', DASHBOARD_PORT: '4001' }, 'http://127.0.0.1:4001'],
    [{ PUBLIC_URL: HTTPS }, 'http://localhost:3001'],
  ])('is by default on one’s own machine, under the API’s name there: %j', (env, dashboardUrl) => {
    expect(loadConfig({ ...complete(), ...env }).http.dashboardUrl).toBe(dashboardUrl);
  });
});
