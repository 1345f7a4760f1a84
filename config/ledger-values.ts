/** The formats of the `hedera` driver's variables. */
import { demand, listOf, Refusal, variable } from './variable.js';

const ACCOUNT_ID = /^0\.0\.\d{1,15}$/;

export const accountId = variable('an account such as 0.0.1234', (text) => {
  demand(ACCOUNT_ID.test(text));
  return text;
});

/** The format that networks' portals show as "DER encoded private key", of either kind. */
export const operatorKey = variable('a private key as DER in hex, beginning with 302e02 or 303002', (text) => {
  demand(/^(302e020100300506032b657004220420|3030020100300706052b8104000a04220420)[0-9a-f]{64}$/i.test(text));
  return text.toLowerCase();
});

export const nodeAddresses = variable('<host>:<port>=<account>, separated by commas', (text) => {
  const nodes = listOf(text, (entry) => {
    const [address = '', account = '', ...rest] = entry.split('=');
    const [, port = ''] = /^[a-z0-9.-]{1,253}:(\d{1,5})$/i.exec(address) ?? [];
    demand(Number(port) >= 1 && Number(port) <= 65_535 && ACCOUNT_ID.test(account) && rest.length === 0);
    return [address, account] as const;
  });
  demand(nodes.length > 0);
  const addresses = new Map(nodes);
  if (addresses.size < nodes.length) throw new Refusal('names an address twice');
  return Object.fromEntries(addresses);
});
