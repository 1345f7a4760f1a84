import { describe, expect, it } from '@jest/globals';
import { allLimits } from '../../../../src/platform/rate-limits/derived-limits.js';

const LIMIT = { points: 100, windowSeconds: 3_600 };
const CONFIGURED = {
  signIn: { points: 10, windowSeconds: 900 },
  signInPerSource: { points: 100, windowSeconds: 900 },
  signInPerAccount: LIMIT,
  signIns: LIMIT,
  registration: LIMIT,
  passwordReset: { points: 5, windowSeconds: 3_600 },
  invitations: LIMIT,
  invitedMailbox: LIMIT,
  invitationRepeats: LIMIT,
  accountMails: LIMIT,
  failedTokens: LIMIT,
  changes: LIMIT,
  organizations: LIMIT,
};

describe('limits that follow from others', () => {
  it('allow an IPv6 /48 ten times what they allow a source', () => {
    expect(allLimits(CONFIGURED)).toMatchObject({
      ...CONFIGURED,
      signInPerSite: { points: 1_000, windowSeconds: 900 },
      registrationPerSite: { points: 1_000, windowSeconds: 3_600 },
      passwordResetPerSite: { points: 50, windowSeconds: 3_600 },
    });
  });

  it('bound strangers at an account that is guessed at: a network, and all of them', () => {
    expect(allLimits(CONFIGURED)).toMatchObject({
      signInByStrangersPerNetwork: { points: 50, windowSeconds: 3_600 },
      signInByStrangers: { points: 1_000, windowSeconds: 900 },
    });
  });

  it('are never none, and fit into their column', () => {
    const [least, most] = [
      { points: 1, windowSeconds: 1 },
      { points: 2_000_000_000, windowSeconds: 1 },
    ];
    expect(allLimits({ ...CONFIGURED, signInPerAccount: least })).toMatchObject({
      signInByStrangersPerNetwork: { points: 1, windowSeconds: 1 },
      signInByStrangers: { points: 10, windowSeconds: 1 },
    });
    expect(allLimits({ ...CONFIGURED, signInPerAccount: most }).signInByStrangers.points).toBeLessThan(2 ** 31);
  });
});
