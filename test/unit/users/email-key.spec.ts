import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { emailKey, isSameMailbox } from '../../../src/users/email-key.js';

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

  it.each([
    'anna@b\u00fccher.example',
    'anna@xn--bcher-kva.example',
    'Anna@XN--BCHER-KVA.Example',
    'anna@bu\u0308cher.example',
    'anna@b\u00fccher\u3002example',
    'anna@b\u00fccher.example.',
    'anna@b\u00fc\ufe0fcher.example',
  ])('joins the spellings of one host in %j', (spelling) => {
    expect(emailKey(spelling)).toBe('anna@b\u00fccher.example');
  });

  it.each([
    ['anna@stra\u00dfe.example', 'anna@xn--strae-oqa.example'],
    ['anna@\u0131stanbul.example', 'anna@xn--stanbul-qfb.example'],
    ['anna@\u03b2\u03cc\u03bb\u03bf\u03c2.example', 'anna@xn--nxasmm1c.example'],
    ['anna@\u4f8b\u3048.example', 'anna@xn--r8jz45g.example'],
  ])('joins %j with its ASCII form', (unicode, ascii) => {
    expect(emailKey(ascii)).toBe(emailKey(unicode));
  });

  it.each([
    'anna@xn--.example',
    'anna@xn--\u00fc.example',
    'anna',
    '@',
    'anna@',
    'anna@exam ple',
    'anna@a/b',
    'anna@a%2eb',
  ])('leaves alone what is no host: %j', (text) => {
    expect(emailKey(text)).toBe(text);
  });

  it('reads no IDNA into the local part', () => {
    expect(emailKey('xn--bcher-kva@example.test')).not.toBe(emailKey('b\u00fccher@example.test'));
  });

  it('keeps different addresses apart', () => {
    expect(emailKey('rosa+a@example.test')).not.toBe(emailKey('rosa@example.test'));
    expect(emailKey('r.osa@example.test')).not.toBe(emailKey('rosa@example.test'));
  });

  it('is its own key', () => {
    // A sign whose compatibility form begins with a space.
    expect(emailKey(emailKey('\u1fdd@example.test'))).toBe(emailKey('\u1fdd@example.test'));
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => emailKey(emailKey(text)) === emailKey(text)));
    const domain = fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 4 }), {
      minLength: 1,
      maxLength: 3,
    });
    fc.assert(
      fc.property(domain, (labels) => {
        const key = emailKey(`rosa@${labels.join('.')}`);
        return emailKey(key) === key;
      }),
      { numRuns: 1000 },
    );
  });
});

describe('one mailbox for certain', () => {
  it.each([
    ['Rosa@example.test', 'rosa@EXAMPLE.test'],
    ['rosa@b\u00fccher.example', 'rosa@xn--bcher-kva.example'],
  ])('is %j and %j', (one, other) => {
    expect(isSameMailbox(one, other)).toBe(true);
  });

  it.each([
    ['mike@example.test', 'm\u0131ke@example.test'],
    ['rosa@stra\u00dfe.example', 'rosa@strasse.example'],
    ['\uff52osa@example.test', 'rosa@example.test'],
    ['rosa@example.test', 'rosa@example.test.evil.test'],
  ])('is not %j and %j', (one, other) => {
    expect(isSameMailbox(one, other)).toBe(false);
  });
});
