/** Some proxies forward the client's port with its address, as `203.0.113.9:1234` or `[2001:db8::1]:443`. Pure. */

/** The address alone; a text of any other form is answered as it is. */
export function addressIn(forwarded: string): string {
  const [, bracketed, plain] = /^(?:\[([^\]]+)\](?::\d+)?|(\d+\.\d+\.\d+\.\d+):\d+)$/.exec(forwarded) ?? [];
  return bracketed ?? plain ?? forwarded;
}
