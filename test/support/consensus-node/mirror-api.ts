/** Mirror's REST API over the same ledger, with a delay, and the control API of this node when it runs as a process. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Ledger } from './ledger.js';

export interface MirrorRules {
  /** Delay until the mirror knows something. */
  lagMs: number;
  /** Answers 429 to every request. */
  throttled: boolean;
}

type Answer = readonly [status: number, body: object];

const NOT_FOUND: Answer = [404, { _status: { messages: [{ message: 'Not found' }] } }];

export function answerMirror(ledger: Ledger, rules: MirrorRules, path: string): Answer {
  if (rules.throttled) return [429, { _status: { messages: [{ message: 'Too many requests' }] } }];
  const [, resource = '', name = ''] = /^\/api\/v1\/(accounts|transactions|blocks)\/?([^?/]*)/.exec(path) ?? [];
  const horizon = Date.now() - rules.lagMs;
  if (resource === 'accounts') return account(ledger, Number(name.replace('0.0.', '')), horizon);
  if (resource === 'transactions') return transaction(ledger, name, horizon);
  if (resource === 'blocks') return [200, { blocks: [{ number: 1, timestamp: { from: '0', to: seconds(horizon) } }] }];
  return NOT_FOUND;
}

function account(ledger: Ledger, number: number, horizon: number): Answer {
  const found = ledger.accounts.get(number);
  if (found === undefined || found.createdAt > horizon) return NOT_FOUND;
  const { balance, deleted, rawKey } = found;
  const key = { _type: rawKey.length === 64 ? 'ED25519' : 'ECDSA_SECP256K1', key: rawKey };
  return [
    200,
    { account: `0.0.${number}`, balance: { balance: Number(balance), timestamp: seconds(horizon) }, deleted, key },
  ];
}

function transaction(ledger: Ledger, dashed: string, horizon: number): Answer {
  const id = dashed.replace('-', '@').replace('-', '.');
  const found = ledger.transactions.get(id);
  if (found === undefined || found.acceptedAt > horizon) return NOT_FOUND;
  const entity = found.account === null ? null : `0.0.${found.account}`;
  return [
    200,
    { transactions: [{ transaction_id: dashed, name: found.name, result: found.result, entity_id: entity }] },
  ];
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(9);
}

export function send(response: ServerResponse, [status, body]: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

export async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text === '' ? {} : JSON.parse(text);
}
