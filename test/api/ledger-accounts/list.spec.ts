import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { bearing, signUp } from '../../support/actors.js';
import {
  accountsPath,
  ALL_SCOPES,
  dbResetNetwork,
  openAccount,
  OWN_ACCOUNTS,
  OWNERS,
  type LedgerAccount,
  type OwnerKind,
} from '../../support/ledger-accounts.js';
import { problem } from '../../support/problems.js';
import { found, scene, type Scene } from '../../support/scene.js';
import { until } from '../../support/until.js';

let on: Scene;
const opened = {} as Record<OwnerKind, LedgerAccount[]>;
const pathOf = (kind: OwnerKind): string => accountsPath(kind, on);
const idsOf = ({ body }: Response): string[] => (body.items as LedgerAccount[]).map(({ id }) => id);

beforeAll(async () => {
  on = await scene();
  for (const kind of OWNERS) {
    opened[kind] = [
      await openAccount(on.owner, pathOf(kind)),
      await openAccount(on.owner, pathOf(kind), { keyType: 'ecdsa' }),
      await openAccount(on.owner, pathOf(kind), { network: 'previewnet' }),
    ];
  }
});

describe('listing ledger accounts', () => {
  describe('succeeds', () => {
    it.each(OWNERS)('with those of the %s, newest first, page by page', async (kind) => {
      const ids = opened[kind].map(({ id }) => id).reverse();
      expect(idsOf(await on.owner.get(pathOf(kind)).expect(200))).toEqual(ids);
      const first = await on.owner.get(`${pathOf(kind)}?limit=2`).expect(200);
      const rest = await on.owner.get(`${pathOf(kind)}?limit=2&cursor=${String(first.body.nextCursor)}`).expect(200);
      expect([...idsOf(first), ...idsOf(rest)]).toEqual(ids);
      expect(rest.body.nextCursor).toBeNull();
    });

    it.each([
      ['testnet', 2],
      ['previewnet', 1],
      ['mainnet', 0],
    ])('narrowed to %s', async (network, count) => {
      expect(idsOf(await on.owner.get(`${OWN_ACCOUNTS}?network=${network}`).expect(200))).toHaveLength(count);
    });

    it('and shows private keys to those who may see them', async () => {
      const keys = ({ body }: Response) => (body.items as LedgerAccount[]).map(({ privateKey }) => privateKey);
      const path = pathOf('organization');
      const expected = opened.organization.map(({ privateKey }) => privateKey).reverse();
      expect(keys(await on.member.get(path).expect(200))).toEqual(expected);
      expect(keys(await on.viewer.get(path).expect(200))).toEqual([null, null, null]);
      const token = await on.owner.issueOrganizationToken(on.organization.id, ['ledger-accounts:read']);
      expect(keys(await bearing(on.app, token).get(path).expect(200))).toEqual([null, null, null]);
    });

    it('and has accounts that a reset has wiped created again', async () => {
      const person = await signUp(on.app);
      const before = [await openAccount(person, OWN_ACCOUNTS), await openAccount(person, OWN_ACCOUNTS)];
      await dbResetNetwork(on.app);
      const old = before.map(({ accountNumber }) => accountNumber);
      await until(async () => {
        const { items } = (await person.get(OWN_ACCOUNTS).expect(200)).body as { items: LedgerAccount[] };
        const isNew = ({ status, accountNumber }: LedgerAccount): boolean =>
          status === 'active' && !old.includes(accountNumber);
        return items.filter(isNew).length === 2;
      });
    });
  });

  describe('authenticates', () => {
    it.each(OWNERS)('refuses a caller without a credential: %s', async (kind) => {
      await on.anonymous.get(pathOf(kind)).expect(problem(401, 'unauthenticated'));
    });
  });

  describe('authorizes', () => {
    it('refuses a token without the scope, and an organization token at a person’s accounts', async () => {
      const other = await on.owner.issuePersonalToken(['organization:read']);
      const organizational = await on.owner.issueOrganizationToken(on.organization.id, ALL_SCOPES);
      await bearing(on.app, other).get(OWN_ACCOUNTS).expect(problem(403, 'insufficient_scope'));
      await bearing(on.app, organizational).get(OWN_ACCOUNTS).expect(problem(403, 'insufficient_scope'));
    });
  });

  describe('hides', () => {
    it('the organization from an outsider, and its accounts from every other one', async () => {
      await on.outsider.get(pathOf('organization')).expect(problem(404, 'not_found'));
      const { path } = await found(on.outsider);
      expect(idsOf(await on.outsider.get(`${path}/ledger-accounts`).expect(200))).toEqual([]);
      expect(idsOf(await on.outsider.get(OWN_ACCOUNTS).expect(200))).toEqual([]);
    });
  });

  describe('validates', () => {
    it.each([
      ['network', 'network=devnet'],
      ['network', 'network=testnet&network=previewnet'],
      ['limit', 'limit=0'],
      ['limit', 'limit=101'],
      ['cursor', 'cursor=nonsense'],
      ['wait', 'wait=30'],
      ['organizationId', 'organizationId=1'],
    ])('%s in %s', async (field, query) => {
      const { body } = await on.owner.get(`${OWN_ACCOUNTS}?${query}`).expect(problem(422, 'validation_failed'));
      expect(body.errors[0].field).toBe(field);
    });
  });
});

describe('listing networks', () => {
  it('succeeds for everybody, and says where accounts can be created', async () => {
    const { body } = await on.anonymous.get('/api/v1/networks').expect(200);
    expect(body).toEqual({
      items: [
        { name: 'mainnet', canCreate: false, driver: null },
        { name: 'testnet', canCreate: true, driver: 'simulated' },
        { name: 'previewnet', canCreate: true, driver: 'simulated' },
      ],
      nextCursor: null,
    });
  });
});
