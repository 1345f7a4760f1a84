import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../../../config/env.js';
import { readyLine, readyNotice, readyText, type ReadyNotice } from '../../../../src/platform/process/ready-line.js';
import { complete } from '../../config/support.js';

function noticeFor(env: Record<string, string>): ReadyNotice {
  return readyNotice(loadConfig({ ...complete(), SMTP_URL: 'smtp://mail.internal', ...env }), 4000);
}

/** Without a mail server. */
function outboxNotice(env: Record<string, string>): ReadyNotice {
  return readyNotice(loadConfig({ ...complete(), DATA_DIR: '/var/latchkey', ...env }), 4000);
}

const PUBLIC = { PUBLIC_URL: 'https://latchkey.example.com', DASHBOARD_URL: 'https://d.example.com' };

describe('the ready notice', () => {
  it.each(['127.0.0.1', '::1', '0.0.0.0', '::', 'localhost'])('names %s as browsers here should: localhost', (HOST) => {
    const { address, publicUrl, docs } = noticeFor({ HOST, PORT: '0' });
    expect(address).toBe('http://localhost:4000');
    expect([publicUrl, docs]).toEqual([address, `${address}/docs`]);
  });

  it('names another address as it is', () => {
    expect(noticeFor({ HOST: '127.0.0.2' }).address).toBe('http://127.0.0.2:4000');
    expect(noticeFor({ HOST: 'fd00::1' }).address).toBe('http://[fd00::1]:4000');
  });

  it('names PUBLIC_URL, under which cookies work', () => {
    expect(readyLine(noticeFor(PUBLIC))).toBe(
      'Latchkey is ready at http://localhost:4000, for browsers at https://latchkey.example.com, API at https://latchkey.example.com/docs',
    );
  });

  it('says where mails lie, unless a mail server takes them', () => {
    expect(outboxNotice({}).mails).toBe('/var/latchkey/outbox');
    expect(readyLine(outboxNotice({}))).toContain(', mails in /var/latchkey/outbox');
    expect(noticeFor({})).not.toHaveProperty('mails');
  });

  it('says all of it in words on a terminal', () => {
    const lines = readyText(outboxNotice(PUBLIC)).split('\n');
    expect(lines).toContain('Latchkey is ready at http://localhost:4000');
    expect(lines).toContain('  Service  https://latchkey.example.com (listening at http://localhost:4000)');
    expect(lines).toContain('  API      https://latchkey.example.com/docs');
    expect(lines).toContain('  Mails    /var/latchkey/outbox');
  });
});
