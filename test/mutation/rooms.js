/**
 * The parts of the code under mutation, the bar of each, and the spec files that hold it. A mutant is only run against
 * the files that are named beside its part: what merely passes through on its way to something else would cost an hour.
 */

import { readdirSync } from 'node:fs';

/** What decides about access has the higher bar. */
const CORE = 95;
const AROUND = 85;

/** Promises over all routes, jobs and lifetimes hold every part. */
export const EVERYWHERE =
  /^test\/guarantees\/\w+\/(background-writes|changed-targets|isolation|lifetimes|list-order|second-look|writing-routes)\.spec\.ts$/;

/**
 * @typedef {{ name: string, bar: number, files: RegExp, specs: RegExp[] }} Room
 * @type {Room[]}
 */
export const ROOMS = [
  {
    name: 'core',
    bar: CORE,
    files:
      /^src\/(access-control\/|verification\/(?!usage\/)|credentials\/token-|auth\/(authorization\/|guards\/policy\.))/,
    specs: [
      /^test\/unit\/(access-control|credentials|verification|auth\/(authorization|guards))\/.+\.spec\.ts$/,
      /^test\/guarantees\/\w+\/(freshness-fence|fence-connection|reverification|change-log-pruning)\.spec\.ts$/,
    ],
  },
  {
    name: 'access-tokens',
    bar: AROUND,
    files: /^src\/(access-tokens|verification\/usage)\//,
    specs: [
      /^test\/unit\/(access-tokens|verification\/usage)\/.+\.spec\.ts$/,
      /^test\/api\/access-tokens\/[^/]+\.spec\.ts$/,
      /^test\/guarantees\/\w+\/(issuing-races|revocation|token-upkeep|unconfirmed-credentials)\.spec\.ts$/,
    ],
  },
  {
    name: 'audit',
    bar: AROUND,
    files: /^src\/audit\//,
    specs: [
      /^test\/unit\/audit\/.+\.spec\.ts$/,
      /^test\/api\/audit-events\/[^/]+\.spec\.ts$/,
      /^test\/guarantees\/\w+\/bounded-rows\.spec\.ts$/,
    ],
  },
  {
    name: 'auth',
    bar: AROUND,
    files: /^src\/(auth|credentials|platform\/concurrency)\//,
    specs: [
      /^test\/unit\/(auth|credentials|platform\/concurrency)\/.+\.spec\.ts$/,
      /^test\/api\/auth\/[^/]+\.spec\.ts$/,
      /^test\/api\/mail\/stale\.spec\.ts$/,
      /^test\/guarantees\/\w+\/(lock-out|presented-credentials|forged-tokens|sign-in-flood|mail-cannon)\.spec\.ts$/,
    ],
  },
  {
    name: 'memberships',
    bar: AROUND,
    files: /^src\/memberships\//,
    specs: [
      /^test\/api\/(members|invitations)\/[^/]+\.spec\.ts$/,
      /^test\/api\/mail\/stale\.spec\.ts$/,
      /^test\/guarantees\/\w+\/(invitation-races|owner-races|delete-account)\.spec\.ts$/,
    ],
  },
  {
    name: 'ledger-accounts',
    bar: AROUND,
    files: /^src\/ledger-accounts\//,
    specs: [
      /^test\/unit\/ledger-accounts\/.+\.spec\.ts$/,
      /^test\/api\/ledger-accounts\/[^/]+\.spec\.ts$/,
      /^test\/guarantees\/\w+\/(account-keys|account-names|hedera-driver|ledger-accounts|ledger-encryption-keys|ledger-networks)\.spec\.ts$/,
    ],
  },
  {
    name: 'organizations',
    bar: AROUND,
    files: /^src\/organizations\//,
    specs: [/^test\/unit\/organizations\/[^/]+\.spec\.ts$/, /^test\/api\/organizations\/[^/]+\.spec\.ts$/],
  },
  {
    name: 'user-account',
    bar: AROUND,
    files: /^src\/user-account\//,
    specs: [
      /^test\/api\/(auth|users)\/[^/]+\.spec\.ts$/,
      /^test\/api\/mail\/stale\.spec\.ts$/,
      /^test\/guarantees\/\w+\/(delete-account|lock-out|mail-cannon)\.spec\.ts$/,
    ],
  },
  {
    name: 'users',
    bar: AROUND,
    files: /^src\/users\//,
    specs: [
      /^test\/unit\/users\/[^/]+\.spec\.ts$/,
      /^test\/api\/users\/[^/]+\.spec\.ts$/,
      /^test\/api\/auth\/(register|login)\.spec\.ts$/,
      /^test\/guarantees\/\w+\/(delete-account|account-names)\.spec\.ts$/,
    ],
  },
];

/**
 * The first that matches: `core` takes its files out of `auth` and others.
 * @param {string} file relative to the repository
 */
export function roomOf(file) {
  const room = ROOMS.find(({ files }) => files.test(file));
  if (!room) throw new Error(`${file} belongs to no part that is under mutation: see test/mutation/rooms.js`);
  return room;
}

/**
 * The spec files that hold these parts, relative to the repository.
 * @param {readonly Room[]} rooms
 */
export function specsOf(rooms) {
  const files = readdirSync('test', { recursive: true, encoding: 'utf8' }).map((file) => `test/${file}`);
  const specs = [EVERYWHERE, ...rooms.flatMap((room) => room.specs)];
  return files.filter((file) => specs.some((spec) => spec.test(file))).toSorted();
}
