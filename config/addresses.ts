/** The two public addresses, of the API and of the dashboard, which must be on one site. */
import { isLoopback, isSameSite } from './site.js';
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
