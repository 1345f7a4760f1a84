import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../../config/env.js';
import { readyLine } from '../../../src/start/ready-line.js';
import { complete } from '../config/support.js';

function lineFor(env: Record<string, string>): string {
  return readyLine(loadConfig({ ...complete(), SMTP_URL: 'smtp://mail.internal', ...env }), 4000);
}

describe('the ready line', () => {
  it.each(['127.0.0.1', '::1', '0.0.0.0', '::', 'localhost'])('names %s as browsers here should: localhost', (HOST) => {
    expect(lineFor({ HOST, PORT: '0' })).toBe('Latchkey is ready at http://localhost:4000');
  });

  it('names another address as it is', () => {
    expect(lineFor({ HOST: '127.0.0.2' })).toBe('Latchkey is ready at http://127.0.0.2:4000');
    expect(lineFor({ HOST: 'fd00::1' })).toBe('Latchkey is ready at http://[fd00::1]:4000');
  });

  it('names PUBLIC_URL, under which cookies work', () => {
    const line = lineFor({ PUBLIC_URL: 'https://latchkey.example.com', DASHBOARD_URL: 'https://d.example.com' });
    expect(line).toBe('Latchkey is ready at http://localhost:4000, for browsers at https://latchkey.example.com');
  });
});
