/** Every migration, oldest first. A released migration is never edited; see README.md beside this file. */
import { Foundation1700000000000 } from './1700000000000-foundation.js';
import { NoResurrection1700000000001 } from './1700000000001-no-resurrection.js';
import { AuthorityChanges1700000000002 } from './1700000000002-authority-changes.js';
import { AccountNames1700000000004 } from './1700000000004-account-names.js';
import { LedgerAccounts1700000000005 } from './1700000000005-ledger-accounts.js';
import { SimulatedLedger1700000000006 } from './1700000000006-simulated-ledger.js';
import { PinnedTriggers1700000000007 } from './1700000000007-pinned-triggers.js';
import { UnbrokenLog1700000000008 } from './1700000000008-unbroken-log.js';
import { DatabaseTime1700000000009 } from './1700000000009-database-time.js';
import { OrderIndexes1700000000010 } from './1700000000010-order-indexes.js';
import { Accounts1700000000012 } from './1700000000012-accounts.js';
import { KnownSources1700000000013 } from './1700000000013-known-sources.js';
import { RefreshGrace1700000000014 } from './1700000000014-refresh-grace.js';
import { NothingRevived1700000000015 } from './1700000000015-nothing-revived.js';

export const migrations = [
  Foundation1700000000000,
  NoResurrection1700000000001,
  AuthorityChanges1700000000002,
  AccountNames1700000000004,
  LedgerAccounts1700000000005,
  SimulatedLedger1700000000006,
  PinnedTriggers1700000000007,
  UnbrokenLog1700000000008,
  DatabaseTime1700000000009,
  OrderIndexes1700000000010,
  Accounts1700000000012,
  KnownSources1700000000013,
  RefreshGrace1700000000014,
  NothingRevived1700000000015,
];
