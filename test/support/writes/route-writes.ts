/** Every writing route, with the variants of its call. */
import { ACCOUNT_WRITES } from './account-writes.js';
import { LEDGER_ACCOUNT_WRITES } from './ledger-account-writes.js';
import { ORGANIZATION_WRITES } from './organization-writes.js';
import { SESSION_WRITES } from './session-writes.js';
import { TOKEN_WRITES } from './token-writes.js';
import type { Writes } from './write.js';

export const ROUTE_WRITES: Writes = {
  ...SESSION_WRITES,
  ...ACCOUNT_WRITES,
  ...ORGANIZATION_WRITES,
  ...TOKEN_WRITES,
  ...LEDGER_ACCOUNT_WRITES,
};
