/** The formats of plain variables. All are strict: an invalid value stops the start. */
import ipaddr from 'ipaddr.js';
import { isIP } from 'node:net';
import type { RateLimit } from './app-config.js';
import { demand, listOf, Refusal, variable } from './variable.js';

const SECONDS = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;
const MAX_WINDOW_SECONDS = 30 * SECONDS.d;

/** A thief has as much time as a slow tab; other services allow up to a minute, too. */
const MAX_GRACE_SECONDS = 60;

export function integer(min: number, max: number) {
  return variable(`a whole number from ${String(min)} to ${String(max)}`, (text) => {
    demand(/^\d{1,15}$/.test(text) && Number(text) >= min && Number(text) <= max);
    return Number(text);
  });
}

export function oneOf<const T extends string>(...choices: readonly T[]) {
  return variable(`one of ${choices.join(', ')}`, (text) => {
    const choice = choices.find((candidate) => candidate === text);
    demand(choice !== undefined);
    return choice;
  });
}

export const flag = variable('true or false', (text) => {
  demand(text === 'true' || text === 'false');
  return text === 'true';
});

export const filePath = variable('a path', (text) => {
  demand(text.trim() !== '' && !text.includes('\0'));
  return text;
});

export const host = variable('an address or host name to listen on', (text) => {
  demand(isIP(text) !== 0 || /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/i.test(text));
  return text;
});

export const httpUrl = variable('an http or https URL without credentials, query or fragment', (text) => {
  const url = new URL(text);
  demand(/^https?:$/.test(url.protocol) && url.username === '' && url.password === '');
  demand(!/[?#]/.test(text));
  return url.href.replace(/\/+$/, '');
});

/** A browser sends exactly `scheme://host[:port]`; a longer text would never match, and `*` would always match. */
export const origins = variable('exact origins such as https://app.example.com, separated by commas', (text) =>
  listOf(text, (origin) => {
    demand(/^https?:/.test(origin) && new URL(origin).origin === origin);
    return origin;
  }),
);

export const proxies = variable('addresses or CIDR ranges, separated by commas', (text) =>
  listOf(text, (range) => {
    const [address = '', bits, ...rest] = range.split('/');
    // `isIP` is strict; ipaddr.js accepts 10.1 and 012.0.0.1, which other programs read as other addresses.
    demand(isIP(address) !== 0 && !address.includes('%') && rest.length === 0);
    if (bits === undefined) return ipaddr.parse(address).toString();
    demand(/^\d{1,3}$/.test(bits));
    if (Number(bits) === 0) throw new Refusal('must not trust every address there is');
    ipaddr.parseCIDR(range);
    return range;
  }),
);

export const rateLimit = variable('<points>/<window>, such as 10/15m (units s, m, h, d; 30d at most)', (text) => {
  const [, points = '', length = '', unit = ''] = /^([1-9]\d{0,6})\/([1-9]\d{0,6})([smhd])$/.exec(text) ?? [];
  demand(points !== '');
  const windowSeconds = Number(length) * SECONDS[unit as keyof typeof SECONDS];
  demand(windowSeconds <= MAX_WINDOW_SECONDS);
  return { points: Number(points), windowSeconds } satisfies RateLimit;
});

/** Seconds. A unit is required, as in the windows of the limits: a bare number could be mistaken for milliseconds. */
export const refreshGrace = variable('a duration such as 10s, 60s at most, or 0 for none', (text) => {
  if (text === '0') return 0;
  const [, length = '', unit = ''] = /^(0|[1-9]\d?)([sm])$/.exec(text) ?? [];
  demand(length !== '');
  const seconds = Number(length) * SECONDS[unit as keyof typeof SECONDS];
  demand(seconds <= MAX_GRACE_SECONDS);
  return seconds;
});

export const tokenPrefix = variable('2 to 12 characters of a-z and 0-9', (text) => {
  demand(/^[a-z0-9]{2,12}$/.test(text));
  return text;
});
