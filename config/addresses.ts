/** The two public addresses, of the API and of the dashboard, which must be on one site. */
import { getDomain } from 'tldts';
import type { Variables } from './variables.js';

type Given = Pick<Partial<Variables>, 'PORT' | 'PUBLIC_URL' | 'DASHBOARD_PORT' | 'DASHBOARD_URL'>;

export function publicUrlOf({ PUBLIC_URL, PORT = 0 }: Given): string {
  return PUBLIC_URL ?? `http://localhost:${String(PORT)}`;
}

/** By default next to the API on this machine, under the same host name: another name would be another site. */
export function dashboardUrlOf(given: Given): string {
  const { DASHBOARD_URL, DASHBOARD_PORT = 0 } = given;
  if (DASHBOARD_URL !== undefined) return DASHBOARD_URL;
  const api = new URL(publicUrlOf(given));
  const own = isLoopback(api) ? `${api.protocol}//${api.hostname}` : 'http://localhost';
  return `${own}:${String(DASHBOARD_PORT)}`;
}

/** A SameSite=Strict cookie keeps sessions, and browsers never send it from another site. */
export function crossSiteDashboard(given: Given): string[] {
  const { DASHBOARD_URL } = given;
  if (DASHBOARD_URL === undefined || isSameSite(DASHBOARD_URL, publicUrlOf(given))) return [];
  return [
    'DASHBOARD_URL must be on the same site as PUBLIC_URL: the same scheme and the same registrable domain, as ' +
      'https://dashboard.example.com and https://latchkey.example.com (localhost and 127.0.0.1 are two sites); ' +
      'browsers keep no session across sites (SameSite=Strict)',
  ];
}

/**
 * Whether browsers count both as one site: same scheme and same registrable domain by the public suffix list ("schemefully same site", HTML standard); ports do
 * not matter. An address, and a name without a registrable domain such as `localhost`, is a site of its own.
 */
function isSameSite(one: string, other: string): boolean {
  return siteOf(new URL(one)) === siteOf(new URL(other));
}

function siteOf({ protocol, hostname }: URL): string {
  const domain = getDomain(hostname, { allowPrivateDomains: true });
  // For a browser, a name with the root's dot at its end is another site than without it.
  const root = domain !== null && hostname.endsWith('.') ? '.' : '';
  return `${protocol}//${domain ?? hostname}${root}`;
}

/** Whether a browser can only mean its own machine by this name. */
function isLoopback({ hostname }: URL): boolean {
  return /^(?:localhost|.+\.localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
}
