/** Which origins a browser counts as one site, for cookies that are SameSite=Strict. */
import { getDomain } from 'tldts';

/**
 * Same scheme and same registrable domain by the public suffix list ("schemefully same site", HTML standard); ports do not
 * matter. An address, and a name without a registrable domain such as `localhost`, is a site of its own.
 */
export function isSameSite(one: string, other: string): boolean {
  return siteOf(new URL(one)) === siteOf(new URL(other));
}

function siteOf({ protocol, hostname }: URL): string {
  const domain = getDomain(hostname, { allowPrivateDomains: true });
  // With the root's dot at its end, a name is another site for a browser than without it.
  const root = domain !== null && hostname.endsWith('.') ? '.' : '';
  return `${protocol}//${domain ?? hostname}${root}`;
}

/** Whether a browser can only mean its own machine by this name. */
export function isLoopback({ hostname }: URL): boolean {
  return /^(?:localhost|.+\.localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
}
