import { authorityCells } from './authority-cells.js';
import type { Scenario } from './cell.js';
import { commitOrderCell } from './commit-order-cell.js';
import { connectionCells } from './connection-cells.js';
import { cutOffCells } from './cut-off-cells.js';
import { databaseClockCell } from './database-clock-cell.js';
import { exhaustionCell } from './exhaustion-cell.js';
import { failoverCells } from './failover-cells.js';
import { postgresCells } from './postgres-cells.js';
import { processCells } from './process-cells.js';
import { readOnlyCell } from './read-only-cell.js';

/** Every fault, the gentle ones first. */
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
