/**
 * The source and the network of a request. Pure. A customer gets a whole IPv6 /64, and a site up to a /48 (RFC 6177). A
 * limit on single IPv6 addresses would therefore be easy to bypass.
 */
import ipaddr from 'ipaddr.js';

/**
 * Returns the source: IPv4 as it is, IPv4-mapped IPv6 as IPv4, IPv6 as its /64 (`2001:db8:1:2::/64`), other text
 * unchanged.
 */
export function sourceOf(ip: string): string {
  const address = parsed(ip);
  if (address instanceof ipaddr.IPv6) return prefixOf(address, 4);
  return address?.toString() ?? ip;
}

/** Returns the network that one customer or hoster may own whole: an IPv6 /48 or an IPv4 /24; other text unchanged. */
export function networkOf(ip: string): string {
  const address = parsed(ip);
  if (address instanceof ipaddr.IPv6) return prefixOf(address, 3);
  return address ? `${address.octets.slice(0, 3).join('.')}.0/24` : ip;
}

/**
 * Returns the site (an IPv6 /48) that contains many sources of one owner; `null` for IPv4, where neighbours are
 * unrelated.
 */
export function siteOf(ip: string): string | null {
  const address = parsed(ip);
  return address instanceof ipaddr.IPv6 ? prefixOf(address, 3) : null;
}

function parsed(ip: string): ipaddr.IPv4 | ipaddr.IPv6 | null {
  return ipaddr.isValid(ip) ? ipaddr.process(ip) : null;
}

/** Returns the prefix of `groups` 16-bit groups. */
function prefixOf({ parts }: ipaddr.IPv6, groups: number): string {
  const network = new ipaddr.IPv6([...parts.slice(0, groups), ...Array<number>(8 - groups).fill(0)]);
  return `${network.toString()}/${String(groups * 16)}`;
}
