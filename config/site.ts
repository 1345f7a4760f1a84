/** The site of an origin, as browsers define it for SameSite=Strict cookies. */
import { getDomain } from 'tldts';

/**
 * Same scheme and same registrable domain by the public suffix list ("schemefully same site", HTML standard); ports do
 * not matter. An address, and a name without a registrable domain such as `localhost`, is a site of its own.
 */
export function isSameSite(one: string, other: string): boolean {
  return siteOf(new URL(one)) === siteOf(new URL(other));
}

function siteOf({ protocol, hostname }: URL): string {
  const domain = getDomain(hostname, { allowPrivateDomains: true });
  // For a browser, a name with the root's dot at its end is another site than without it.
  const root = domain !== null && hostname.endsWith('.') ? '.' : '';
  return `${protocol}//${domain ?? hostname}${root}`;
}

/** Whether a browser can only mean its own machine by this name. */
export function isLoopback({ hostname }: URL): boolean {
  return /^(?:localhost|.+\.localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
}
