/**
 * The addresses in `X-Forwarded-For`. Some proxies forward the client's port with its address, as `203.0.113.9:1234` or
 * `[2001:db8::1]:443`; a proxy written so would not be known as a trusted one, and pass for the client.
 */
import { isIP } from 'node:net';
import type { RequestHandler } from './connection-throttle.js';

/** Matches no trusted proxy, so that it is never passed over; `checkRequests` refuses it as a client's address. */
const UNKNOWN = 'unknown';

/** The address alone, or `unknown` for what is none. Strict: other readers take `10.7` or `012.0.0.1` for addresses. */
export function addressIn(forwarded: string): string {
  const [, bracketed, plain] = /^(?:\[([^\]]+)\](?::\d{1,5})?|(\d+\.\d+\.\d+\.\d+):\d{1,5})$/.exec(forwarded) ?? [];
  const address = bracketed ?? plain ?? forwarded;
  return isIP(address) === 0 ? UNKNOWN : address;
}

/** A handler that sees only bare addresses. An empty entry says nothing (RFC 9110 section 5.6.1) and is left out. */
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
