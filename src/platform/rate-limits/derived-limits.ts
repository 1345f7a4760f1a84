/** Limits that follow from the configured ones, so that an operator who changes one keeps their proportion. Pure. */
import type { RateLimit, RateLimitsConfig } from '../../../config/app-config.js';

export type ConfiguredLimitName = Exclude<keyof RateLimitsConfig, 'enabled'>;

export type DerivedLimitName =
  | 'signInPerSite'
  | 'registrationPerSite'
  | 'passwordResetPerSite'
  | 'signInByStrangers'
  | 'signInByStrangersPerNetwork';

export type LimitName = ConfiguredLimitName | DerivedLimitName;

/** One IPv6 /48 may do as much as ten sources, not as much as the 65,536 that it holds. */
const SOURCES_PER_SITE = 10;

/** What the limiter's column can hold, with room to spare. */
const MAX_POINTS = 1_000_000_000;

/**
 * All limits. Once the wrong passwords for one account have used up `signInPerAccount`, strangers may go on at a bounded
 * rate: one network at half of that limit, all together at ten times of it in a quarter of its window.
 */
export function allLimits(configured: Readonly<Record<ConfiguredLimitName, RateLimit>>): Record<LimitName, RateLimit> {
  const { signInPerSource, signInPerAccount, registration, passwordReset } = configured;
  return {
    ...configured,
    signInPerSite: scaled(signInPerSource, SOURCES_PER_SITE),
    registrationPerSite: scaled(registration, SOURCES_PER_SITE),
    passwordResetPerSite: scaled(passwordReset, SOURCES_PER_SITE),
    signInByStrangers: scaled(signInPerAccount, 10, 1 / 4),
    signInByStrangersPerNetwork: scaled(signInPerAccount, 1 / 2),
  };
}

function scaled({ points, windowSeconds }: RateLimit, factor: number, windowFactor = 1): RateLimit {
  return {
    points: Math.min(MAX_POINTS, Math.max(1, Math.floor(points * factor))),
    windowSeconds: Math.max(1, Math.ceil(windowSeconds * windowFactor)),
  };
}
