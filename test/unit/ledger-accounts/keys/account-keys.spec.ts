import { describe, expect, it } from '@jest/globals';
import { createECDH, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { generateKeys, KEY_TYPES, parsePublicKey } from '../../../../src/ledger-accounts/keys/account-keys.js';

const COUNT = 300;
const FORMS = {
  ed25519: [/^302a300506032b6570032100[0-9a-f]{64}$/, /^302e020100300506032b657004220420[0-9a-f]{64}$/],
  ecdsa: [/^302d300706052b8104000a0322000[23][0-9a-f]{64}$/, /^3030020100300706052b8104000a04220420[0-9a-f]{64}$/],
} as const;

describe('key pairs', () => {
  // One raw key in 256 begins with a zero byte.
  it.each(KEY_TYPES)('of kind %s have the forms that ledger clients read, every time', (keyType) => {
    const pairs = Array.from({ length: COUNT }, () => generateKeys(keyType));
    const [publicForm, privateForm] = FORMS[keyType];
    expect(pairs.filter(({ publicKey }) => !publicForm.test(publicKey))).toEqual([]);
    expect(pairs.filter(({ privateKey }) => !privateForm.test(privateKey.toString('hex')))).toEqual([]);
    expect(new Set(pairs.map(({ publicKey }) => publicKey)).size).toBe(COUNT);
    expect(pairs.filter(({ publicKey }) => parsePublicKey(publicKey) !== publicKey)).toEqual([]);
  });

  it('of Ed25519 belong together', () => {
    const { publicKey, privateKey } = generateKeys('ed25519');
    const secret = createPrivateKey({ key: privateKey, format: 'der', type: 'pkcs8' });
    const open = createPublicKey({ key: Buffer.from(publicKey, 'hex'), format: 'der', type: 'spki' });
    const message = Buffer.from('hello');
    expect(verify(null, message, open, sign(null, message, secret))).toBe(true);
  });

  it('of ECDSA belong together, the raw key being the last 64 digits', () => {
    for (const { publicKey, privateKey } of Array.from({ length: COUNT }, () => generateKeys('ecdsa'))) {
      const pair = createECDH('secp256k1');
      pair.setPrivateKey(privateKey.toString('hex').slice(-64), 'hex');
      expect(publicKey.slice(-66)).toBe(pair.getPublicKey('hex', 'compressed'));
    }
  });
});

describe('the form of a public key', () => {
  const { publicKey } = generateKeys('ed25519');
  const ecdsa = generateKeys('ecdsa').publicKey;

  it('is taken in any case, and need be no point of the curve', () => {
    expect(parsePublicKey(publicKey.toUpperCase())).toBe(publicKey);
    expect(parsePublicKey(`302d300706052b8104000a03220002${'f'.repeat(64)}`)).not.toBeNull();
  });

  it.each([
    ['nothing', ''],
    ['a raw key', publicKey.slice(-64)],
    ['a digit less', publicKey.slice(0, -1)],
    ['a byte more', `${publicKey}00`],
    ['another letter', publicKey.replace(/.$/, 'g')],
    ['the other prefix', `302d300706052b8104000a032200${publicKey.slice(-64)}`],
    ['an uncompressed point', ecdsa.replace(/0322000[23]/, '03220004')],
    ['a line feed behind it', `${publicKey}\n`],
    ['a prefix of 0x', `0x${publicKey}`],
  ])('is not that of %s', (_, text) => {
    expect(parsePublicKey(text)).toBeNull();
  });
});
