/** MAIL_FROM and SMTP_URL: one sender, and no way to make the SMTP library print what it sends. */
import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../../config/env.js';
import { complete, faultsOf } from './support.js';

describe('MAIL_FROM', () => {
  it.each([
    ['Acme: Tokens <x@y.example>', 'Acme: Tokens', 'x@y.example'],
    ['Acme, Inc. <x@y.example>', 'Acme, Inc.', 'x@y.example'],
    ['"Acme, \\"Labs\\"" <x@y.example>', 'Acme, "Labs"', 'x@y.example'],
    ['Acme "Labs" <x@y.example>', 'Acme "Labs"', 'x@y.example'],
    ['Acme (Tokens) <x@y.example>', 'Acme (Tokens)', 'x@y.example'],
    ['Acme\\Tokens <x@y.example>', 'Acme\\Tokens', 'x@y.example'],
    ['"x@y.example" <x@y.example>', 'x@y.example', 'x@y.example'],
    ["Zoë O'Brien <zoe@bücher.example>", "Zoë O'Brien", 'zoe@bücher.example'],
    ['Latchkey <latchkey@localhost>', 'Latchkey', 'latchkey@localhost'],
    ['<x@y.example>', '', 'x@y.example'],
    ['x@y.example', '', 'x@y.example'],
  ])('%j is one mailbox with its name', (text, name, address) => {
    expect(loadConfig({ ...complete(), MAIL_FROM: text }).mail.from).toEqual({ name, address });
  });

  it.each([
    '',
    'Acme',
    'Acme <>',
    'a@b.example, c@d.example',
    'a@b.example, D <c@d.example>',
    'A <a@b.example>, C <c@d.example>',
    'Team: a@b.example;',
    'Team: A <a@b.example>;',
    'Acme <a@b.example> (comment)',
    'Acme <a b@c.example>',
    'Acme <a@b@c.example>',
    'Acme <"a b"@c.example>',
    'Acme <a@b,c.example>',
    'Acme <a@b..example>',
    'Acme <.a@b.example>',
    'Acme <a@b.example.>',
    'Acme <a@b.example\r\nBcc: c@d.example>',
    'Acme\r\nBcc: c@d.example <a@b.example>',
    `${'x'.repeat(200)} <a@b.example>`,
  ])('%j stops the start', (value) => {
    expect(faultsOf({ ...complete(), MAIL_FROM: value }).names).toEqual(['MAIL_FROM']);
  });
});

describe('SMTP_URL', () => {
  it.each(['smtp://u:p%40ss@mail.example:587?requireTLS=true&name=me.example', 'smtps://mail.example?tls.ca=x'])(
    'takes %j',
    (value) => {
      expect(loadConfig({ ...complete(), SMTP_URL: value }).mail.smtpUrl).toBe(value);
    },
  );

  it.each([
    'smtp://mail.example?logger=true',
    'smtp://mail.example?debug=1',
    'smtp://mail.example?LOGGER=true',
    'smtp://mail.example?transactionLog=true',
    'smtp://mail.example?proxy=http://elsewhere.example',
    'smtp://mail.example?requireTLS=true&debug=true',
    'smtp://u:p%ss@mail.example',
    'smtp://%zz@mail.example',
  ])('%j stops the start without being repeated', (value) => {
    const { names, message } = faultsOf({ ...complete(), SMTP_URL: value });
    expect(names).toEqual(['SMTP_URL']);
    expect(message).not.toContain(value);
  });
});
