/**
 * What counts as one source of requests, and as one network. Pure. Who owns a line owns a whole IPv6 /64, and a site up to a
 * /48 (RFC 6177), so a limit on single IPv6 addresses would be one that anybody can walk around.
 */
import ipaddr from 'ipaddr.js';

/** IPv4 as it is, IPv4-mapped IPv6 as IPv4, IPv6 as its line (`2001:db8:1:2::/64`), anything else unchanged. */
export function sourceOf(ip: string): string {
  const address = parsed(ip);
  if (address instanceof ipaddr.IPv6) return prefixOf(address, 4);
  return address?.toString() ?? ip;
}

/** The network that one customer or hoster may own whole: an IPv6 /48 or an IPv4 /24; anything else unchanged. */
export function networkOf(ip: string): string {
  const address = parsed(ip);
  if (address instanceof ipaddr.IPv6) return prefixOf(address, 3);
  return address ? `${address.octets.slice(0, 3).join('.')}.0/24` : ip;
}

/** The site (an IPv6 /48) that holds many sources of one owner; `null` for IPv4, where neighbours are strangers. */
export function siteOf(ip: string): string | null {
  const address = parsed(ip);
  return address instanceof ipaddr.IPv6 ? prefixOf(address, 3) : null;
}

function parsed(ip: string): ipaddr.IPv4 | ipaddr.IPv6 | null {
  return ipaddr.isValid(ip) ? ipaddr.process(ip) : null;
}

/** The prefix of so many 16-bit groups. */
function prefixOf({ parts }: ipaddr.IPv6, groups: number): string {
  const network = new ipaddr.IPv6([...parts.slice(0, groups), ...Array<number>(8 - groups).fill(0)]);
  return `${network.toString()}/${String(groups * 16)}`;
}
