import { describe, expect, it } from '@jest/globals';
import { mailboxKey } from '../../../src/users/mailbox-limit-key.js';

describe('the key under which mails to a mailbox are counted', () => {
  it.each([
    ['anna@example.test', 'anna+tag@example.test'],
    ['anna@example.test', 'ANNA+a+b@Example.Test'],
    ['anna@example.test', 'anna+@example.test'],
    ['annabell@gmail.com', 'Anna.Bell+news@googlemail.com'],
    ['ａnna@example.test', 'anna@example.test'],
  ])('is one for %s and %s', (one, other) => expect(mailboxKey(other)).toBe(mailboxKey(one)));

  it.each([
    ['anna@example.test', 'anna@example.org'],
    ['anna@example.test', 'an.na@example.test'],
    ['anna@gmail.com', 'bert@gmail.com'],
    ['+anna@example.test', '+bert@example.test'],
    ['anna@example.test', 'anna-bell@example.test'],
  ])('is not one for %s and %s', (one, other) => expect(mailboxKey(other)).not.toBe(mailboxKey(one)));
});
