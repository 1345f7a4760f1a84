import { describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { openMail, sealMail } from '../../../../src/platform/mail/mail-seal.js';

const MAIL = { id: '1', to: 'zoe@example.test', subject: 'Zoë', text: 'http://localhost/?token=s3cr3t' };
const [v1, v2] = [
  { version: 'v1', key: randomBytes(32) },
  { version: 'v2', key: randomBytes(32) },
];

describe('a sealed mail', () => {
  it('opens with the key that sealed it, also when a newer one has come', () => {
    expect(openMail(sealMail(MAIL, v1), [v2, v1])).toEqual(MAIL);
  });

  it('stays closed when its key is gone', () => {
    expect(() => openMail(sealMail(MAIL, v1), [v2])).toThrow('not configured any more');
  });

  it('stays closed to another key of the same name', () => {
    expect(() => openMail(sealMail(MAIL, v1), [{ version: 'v1', key: v2.key }])).toThrow();
  });

  it('stays closed when one bit has changed, or a piece is missing', () => {
    const { keyVersion, sealed } = sealMail(MAIL, v1);
    const bytes = Buffer.from(sealed, 'base64');
    const flipped = bytes.map((byte, index) => (index === 30 ? byte ^ 1 : byte));
    for (const forged of [Buffer.from(flipped), bytes.subarray(0, -1), bytes.subarray(0, 20), Buffer.alloc(0)]) {
      expect(() => openMail({ keyVersion, sealed: forged.toString('base64') }, [v1])).toThrow();
    }
  });

  it('never looks the same twice', () => {
    expect(sealMail(MAIL, v1).sealed).not.toBe(sealMail(MAIL, v1).sealed);
  });
});
