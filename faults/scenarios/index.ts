import { authorityCells } from './authority-table-scenarios.js';
import type { Scenario } from './scenario.js';
import { commitOrderCell } from './commit-order-scenario.js';
import { connectionCells } from './connection-scenarios.js';
import { cutOffCells } from './cut-off-instance-scenarios.js';
import { databaseClockCell } from './database-clock-scenario.js';
import { exhaustionCell } from './connection-exhaustion-scenario.js';
import { failoverCells } from './failover-scenarios.js';
import { postgresCells } from './postgres-scenarios.js';
import { processCells } from './process-scenarios.js';
import { readOnlyCell } from './read-only-database-scenario.js';

/** Every scenario, the mildest first. */
export const cells: readonly Scenario[] = [
  ...processCells,
  ...connectionCells,
  ...cutOffCells,
  exhaustionCell,
  readOnlyCell,
  commitOrderCell,
  databaseClockCell,
  ...authorityCells,
  ...postgresCells,
  ...failoverCells,
];
