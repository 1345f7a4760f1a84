/**
 * What counts as one source of requests. Pure. Who owns a line owns a whole IPv6 /64 (RFC 6177), so a limit on single IPv6
 * addresses would be one that anybody can walk around.
 */
import ipaddr from 'ipaddr.js';

/** IPv4 as it is, IPv4-mapped IPv6 as IPv4, IPv6 as its network (`2001:db8:1:2::/64`), anything else unchanged. */
export function sourceOf(ip: string): string {
  if (!ipaddr.isValid(ip)) return ip;
  const address = ipaddr.process(ip);
  if (!(address instanceof ipaddr.IPv6)) return address.toString();
  const network = new ipaddr.IPv6([...address.parts.slice(0, 4), 0, 0, 0, 0]);
  return `${network.toString()}/64`;
}
