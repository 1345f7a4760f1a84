import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { emailKey } from '../../../src/users/email-key.js';

describe('the key of an email address', () => {
  it.each([
    ['Rosa@Example.Test'],
    ['  rosa@example.test\t'],
    ['ｒｏｓａ@example.test'],
    ['roſa@example.test'],
    ['\u00a0rosa@example.test'],
  ])('is the same for %j', (spelling) => {
    expect(emailKey(spelling)).toBe('rosa@example.test');
  });

  it.each([
    'mike@example.test',
    'mıke@example.test',
    'mİke@example.test',
    'MIKE@example.test',
    'mi\u0307ke@example.test',
  ])('joins the dotted and the dotless i in %j', (spelling) => {
    expect(emailKey(spelling)).toBe('mike@example.test');
  });

  it('joins ß and ss', () => {
    expect(emailKey('straße@example.test')).toBe(emailKey('STRASSE@example.test'));
  });

  it('keeps different addresses apart', () => {
    expect(emailKey('rosa+a@example.test')).not.toBe(emailKey('rosa@example.test'));
    expect(emailKey('r.osa@example.test')).not.toBe(emailKey('rosa@example.test'));
  });

  it('is its own key', () => {
    // A sign whose compatibility form begins with a space.
    expect(emailKey(emailKey('\u1fdd@example.test'))).toBe(emailKey('\u1fdd@example.test'));
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => emailKey(emailKey(text)) === emailKey(text)));
  });
});
