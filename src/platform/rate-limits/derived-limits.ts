/** Limits derived from the configured ones, so that a changed limit keeps its proportion to them. Pure. */
import type { RateLimit, RateLimitsConfig } from '../../../config/app-config.js';

export type ConfiguredLimitName = Exclude<keyof RateLimitsConfig, 'enabled'>;

export type DerivedLimitName =
  | 'signInPerSite'
  | 'registrationPerSite'
  | 'passwordResetPerSite'
  | 'signInByStrangers'
  | 'signInByStrangersPerNetwork';

export type LimitName = ConfiguredLimitName | DerivedLimitName;

/** One IPv6 /48 gets the limit of ten sources, not of the 65,536 that it contains. */
const SOURCES_PER_SITE = 10;

/** Well below the maximum of the limiter's column. */
const MAX_POINTS = 1_000_000_000;

/**
 * Returns all limits. Once wrong passwords for one account have used up `signInPerAccount`, unknown sources may
 * continue at a bounded rate. One network gets half of that limit; all together get ten times of it in a quarter of its
 * window.
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
