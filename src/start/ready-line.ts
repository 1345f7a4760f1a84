/** The one line that says where the service is. */
import type { AppConfig } from '../../config/app-config.js';

/** A browser on this machine reaches all of them as `localhost`. */
const LOCAL = new Set(['127.0.0.1', '::1', '0.0.0.0', '::', 'localhost']);

/**
 * Browsers know a site by its name: signed in at 127.0.0.1 from a page on localhost, they would drop the cookie. So the
 * address is named as PUBLIC_URL names it by default, and another PUBLIC_URL is named beside it.
 */
export function readyLine(config: AppConfig, port: number): string {
  const { http, database, mail, dataDir } = config;
  const address = `http://${nameOf(http.host)}:${String(port)}`;
  const isDefault = http.publicUrl === `http://localhost:${String(http.port)}`;
  const parts = [
    `Latchkey is ready at ${address}`,
    ...(isDefault || http.publicUrl === address ? [] : [`for browsers at ${http.publicUrl}`]),
    ...(database.url === null ? [`data in ${dataDir}`] : []),
    ...(mail.smtpUrl === null ? [`mails in ${mail.outboxDir}`] : []),
  ];
  return parts.join(', ');
}

function nameOf(host: string): string {
  if (LOCAL.has(host)) return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
