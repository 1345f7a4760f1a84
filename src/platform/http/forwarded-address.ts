/**
 * The addresses in `X-Forwarded-For`. Some proxies add the client's port, as in `203.0.113.9:1234` or
 * `[2001:db8::1]:443`. With its port a trusted proxy would not be recognised, and would count as the client.
 */
import { isIP } from 'node:net';
import type { RequestHandler } from './connection-throttle.js';

/** Matches no trusted proxy, so that the entry is never skipped; `checkRequests` refuses it as a client's address. */
const UNKNOWN = 'unknown';

/** Returns the address without port, or `unknown`. Strict: other parsers accept `10.7` or `012.0.0.1` as addresses. */
export function addressIn(forwarded: string): string {
  const [, bracketed, plain] = /^(?:\[([^\]]+)\](?::\d{1,5})?|(\d+\.\d+\.\d+\.\d+):\d{1,5})$/.exec(forwarded) ?? [];
  const address = bracketed ?? plain ?? forwarded;
  return isIP(address) === 0 ? UNKNOWN : address;
}

/**
 * Returns a handler that gets only bare addresses. An empty entry has no meaning (RFC 9110 section 5.6.1) and is
 * removed.
 */
export function withBareAddresses(handle: RequestHandler): RequestHandler {
  return (request, response) => {
    const forwarded = request.headers['x-forwarded-for'];
    if (typeof forwarded === 'string') {
      const entries = forwarded.split(/[ \t]*,[ \t]*/).filter((entry) => entry !== '');
      request.headers['x-forwarded-for'] = entries.map(addressIn).join(', ');
    }
    handle(request, response);
  };
}
