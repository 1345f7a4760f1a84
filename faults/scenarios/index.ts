import { authorityScenarios } from './authority-table-scenarios.js';
import { commitOrderScenario } from './commit-order-scenario.js';
import { exhaustionScenario } from './connection-exhaustion-scenario.js';
import { connectionScenarios } from './connection-scenarios.js';
import { cutOffScenarios } from './cut-off-instance-scenarios.js';
import { databaseClockScenario } from './database-clock-scenario.js';
import { failoverScenarios } from './failover-scenarios.js';
import { postgresScenarios } from './postgres-scenarios.js';
import { processScenarios } from './process-scenarios.js';
import { readOnlyScenario } from './read-only-database-scenario.js';
import type { Scenario } from './scenario.js';

/** Every scenario, the mildest first. */
export const scenarios: readonly Scenario[] = [
  ...processScenarios,
  ...connectionScenarios,
  ...cutOffScenarios,
  exhaustionScenario,
  readOnlyScenario,
  commitOrderScenario,
  databaseClockScenario,
  ...authorityScenarios,
  ...postgresScenarios,
  ...failoverScenarios,
];
