import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { bearing, signUp, type Person } from '../../support/actors.js';
import {
  accountsPath,
  ALL_SCOPES,
  dbAccount,
  dbAccountEvents,
  dbForget,
  dbJobs,
  dbLetWork,
  dbResetNetwork,
  dbSetBalance,
  getAccount,
  openAccount,
  OWN_ACCOUNTS,
  OWNERS,
  readyAccount,
  seenAs,
  type LedgerAccount,
  type OwnerKind,
} from '../../support/ledger-accounts.js';
import { anonymized, problem } from '../../support/problems.js';
import { found, scene, type Scene } from '../../support/scene.js';
import { until } from '../../support/until.js';

let on: Scene;
const accounts = {} as Record<OwnerKind, LedgerAccount>;
const pathOf = (kind: OwnerKind): string => accountsPath(kind, on);

beforeAll(async () => {
  on = await scene();
  for (const kind of OWNERS) accounts[kind] = await openAccount(on.owner, pathOf(kind));
});

describe('reading a ledger account', () => {
  describe('succeeds', () => {
    it.each(OWNERS)('for the %s, with the numbers that it has had', async (kind) => {
      const { body } = await getAccount(on.owner, pathOf(kind), accounts[kind]).expect(200);
      expect(body).toMatchObject({ ...accounts[kind], status: 'active', balance: '100000000000' });
      expect(body.accountNumbers).toEqual([
        { accountNumber: body.accountNumber, since: expect.stringMatching(/Z$/), until: null },
      ]);
    });

    it('for every role, and shows the private key to those who may see it', async () => {
      const shown: Record<string, unknown> = {};
      for (const role of ['owner', 'admin', 'member', 'viewer'] as const) {
        const { body } = await getAccount(on[role], pathOf('organization'), accounts.organization).expect(200);
        shown[role] = body.privateKey;
      }
      const { privateKey } = accounts.organization;
      expect(shown).toEqual({ owner: privateKey, admin: privateKey, member: privateKey, viewer: null });
    });

    it.each([
      ['reads, without the private key', ['ledger-accounts:read'], false],
      ['reveals, with it', ['ledger-accounts:read', 'ledger-accounts:reveal'], true],
    ])('for a token that %s', async (_, scopes, shows) => {
      const tokens = {
        user: await on.owner.issuePersonalToken(scopes),
        organization: await on.owner.issueOrganizationToken(on.organization.id, scopes),
      };
      for (const kind of OWNERS) {
        const { body } = await getAccount(bearing(on.app, tokens[kind]), pathOf(kind), accounts[kind]).expect(200);
        expect(body.privateKey).toBe(shows ? accounts[kind].privateKey : null);
      }
    });

    it('and records who has seen a private key, once an hour', async () => {
      const account = await openAccount(on.owner, pathOf('organization'));
      for (let read = 0; read < 3; read += 1) {
        await getAccount(on.member, pathOf('organization'), account).expect(200);
        await getAccount(on.viewer, pathOf('organization'), account).expect(200);
      }
      const events = await dbAccountEvents(on.app, account.id);
      const revealed = events.filter(({ action }) => action === 'ledger_account.revealed');
      expect(revealed).toMatchObject([{ actor_id: on.owner.id }, { actor_id: on.member.id }]);
      expect(JSON.stringify(events)).not.toContain(account.privateKey?.slice(-64));
    });
  });

  describe('after its network was reset', () => {
    it.each(OWNERS)('says so at once, and soon is there again with the same keys: %s', async (kind) => {
      const before = await openAccount(on.owner, pathOf(kind), { keyType: 'ecdsa', network: 'previewnet' });
      await dbResetNetwork(on.app, 'previewnet');
      const path = `${pathOf(kind)}/${before.id}`;
      const noticed = await noticing(path, before);
      expect(noticed).toMatchObject({ accountNumber: before.accountNumber, privateKey: before.privateKey });
      const after = await readyAccount(on.owner, path);
      expect(after.accountNumber).not.toBe(before.accountNumber);
      expect(after).toMatchObject({ publicKey: before.publicKey, privateKey: before.privateKey, status: 'active' });
      expect(after.accountNumbers).toMatchObject([
        { accountNumber: after.accountNumber, until: null },
        { accountNumber: before.accountNumber, until: expect.stringMatching(/Z$/) },
      ]);
    });

    it('by a reset and a new account under its number, which is somebody else’s', async () => {
      const before = await openAccount(on.owner, OWN_ACCOUNTS);
      await on.app.db(`UPDATE simulated_ledger_accounts SET public_key = 'another' WHERE account_number = $1`, [
        before.accountNumber,
      ]);
      await until(async () => {
        const { body } = await getAccount(on.owner, OWN_ACCOUNTS, before).expect(200);
        return body.status === 'active' && body.accountNumber !== before.accountNumber;
      });
    });

    it('keeps an account that was not read as it is', async () => {
      const account = await openAccount(on.owner, OWN_ACCOUNTS, { network: 'previewnet' });
      await dbResetNetwork(on.app, 'previewnet');
      expect(await dbJobs(on.app, account.id)).toEqual([]);
      expect(await dbAccount(on.app, account.id)).toMatchObject({ account_number: account.accountNumber });
    });
  });

  describe('below its limit', () => {
    it('is filled up again, but not before a day has passed', async () => {
      const account = await openAccount(on.owner, OWN_ACCOUNTS);
      const path = `${OWN_ACCOUNTS}/${account.id}`;
      await dbSetBalance(on.app, account, 40);
      await until(async () => ((await on.owner.get(path)).body as LedgerAccount).balance === '40');
      expect(await dbJobs(on.app, account.id)).toEqual([]);
      await dbLetADayPass(account);
      await until(async () => ((await on.owner.get(path)).body as LedgerAccount).balance === '100000000000');
      const { body } = await on.owner.get(path).expect(200);
      expect(body.scheduledForDisbursement).toBe(false);
      expect(Date.parse(body.lastDisbursementAt)).toBeGreaterThan(Date.parse(account.lastDisbursementAt ?? ''));
    });

    it('is noticed by many readers at once, and filled up once', async () => {
      const account = await openAccount(on.owner, OWN_ACCOUNTS);
      await dbSetBalance(on.app, account, 7);
      await dbLetADayPass(account);
      await until(async () => {
        await Promise.all(Array.from({ length: 10 }, () => getAccount(on.owner, OWN_ACCOUNTS, account).expect(200)));
        return (await dbRefills(account)) > 0 && (await dbJobs(on.app, account.id)).length === 0;
      });
      expect(await dbRefills(account)).toBe(1);
      expect(await dbAccount(on.app, account.id)).toMatchObject({ balance: '100000000000' });
    });
  });

  describe('authenticates', () => {
    it.each(OWNERS)('refuses a caller without a credential: %s', async (kind) => {
      await getAccount(on.anonymous, pathOf(kind), accounts[kind]).expect(problem(401, 'unauthenticated'));
    });
  });

  describe('authorizes', () => {
    it('refuses a token without the scope, and an organization token at a person’s accounts', async () => {
      const other = await on.owner.issueOrganizationToken(on.organization.id, ['ledger-accounts:manage']);
      const organizational = await on.owner.issueOrganizationToken(on.organization.id, ALL_SCOPES);
      const wrong = getAccount(bearing(on.app, other), pathOf('organization'), accounts.organization);
      await wrong.expect(problem(403, 'insufficient_scope'));
      const foreign = getAccount(bearing(on.app, organizational), OWN_ACCOUNTS, accounts.user);
      await foreign.expect(problem(403, 'insufficient_scope'));
    });
  });

  describe('hides', () => {
    it('another owner’s account like one that is not there', async () => {
      const { path } = await found(on.outsider);
      const absent = await getAccount(on.outsider, OWN_ACCOUNTS, { id: randomUUID() }).expect(404);
      for (const place of [OWN_ACCOUNTS, `${path}/ledger-accounts`]) {
        for (const kind of OWNERS) {
          const hidden = await getAccount(on.outsider, place, accounts[kind]).expect(problem(404, 'not_found'));
          expect(anonymized(hidden)).toEqual(anonymized(absent));
        }
      }
    });

    it('a person’s account from their organization, and the other way round', async () => {
      await getAccount(on.owner, pathOf('organization'), accounts.user).expect(404);
      await getAccount(on.owner, OWN_ACCOUNTS, accounts.organization).expect(404);
    });

    it('the organization from an outsider, and what is no id', async () => {
      await getAccount(on.outsider, pathOf('organization'), accounts.organization).expect(404);
      await getAccount(on.owner, OWN_ACCOUNTS, { id: 'nonsense' }).expect(404);
    });

    it('an account whose owner was deleted, with all that is of it', async () => {
      const founder: Person = await signUp(on.app);
      const { path, id } = await found(founder);
      const account = await openAccount(founder, `${path}/ledger-accounts`);
      await founder.delete(`/api/v1/organizations/${id}`).expect(204);
      await getAccount(founder, `${path}/ledger-accounts`, account).expect(404);
      for (const table of ['ledger_accounts', 'ledger_account_numbers', 'ledger_account_reveals']) {
        const column = table === 'ledger_accounts' ? 'id' : 'account_id';
        expect(await on.app.db(`SELECT 1 FROM ${table} WHERE ${column} = $1`, [account.id])).toEqual([]);
      }
    });
  });

  describe('validates', () => {
    it.each(['-1', '31', '1e9', '1.5', 'abc', 'NaN', '30&wait=1', '1e0', '0x2', '%202', '2%20', '', '%2B2', '002'])(
      'wait=%s',
      async (wait) => {
        const path = `${OWN_ACCOUNTS}/${accounts.user.id}?wait=${wait}`;
        const { body } = await on.owner.get(path).expect(problem(422, 'validation_failed'));
        expect(body.errors[0].field).toBe('wait');
      },
    );
  });
});

describe('a read right after a read', () => {
  afterEach(() => dbLetWork(on.app, true));

  it('notices what the network has lost in between, and waits for the new number', async () => {
    const account = await openAccount(on.owner, OWN_ACCOUNTS);
    const path = `${OWN_ACCOUNTS}/${account.id}`;
    await dbLetWork(on.app, false);
    expect((await on.owner.get(path)).body.status).toBe('active');
    await dbForget(on.app, account);
    expect((await on.owner.get(path)).body.status).toBe('recreating');
    expect(await dbJobs(on.app, account.id)).toHaveLength(1);
    await dbLetWork(on.app, true);
    expect((await readyAccount(on.owner, path)).accountNumber).not.toBe(account.accountNumber);
  });
});

/** The first answer that shows what the network has lost. A worker that is quicker than this reader leaves it no trace. */
async function noticing(path: string, before: LedgerAccount): Promise<LedgerAccount> {
  await dbLetWork(on.app, false);
  try {
    return await seenAs('recreating', on.owner, path);
  } finally {
    await dbLetWork(on.app, true);
    expect(before.status).toBe('active');
  }
}

async function dbRefills({ accountNumber }: LedgerAccount): Promise<number> {
  const refills = `SELECT 1 FROM simulated_ledger_transactions WHERE kind = 'refill' AND account_number = $1`;
  return (await on.app.db(refills, [accountNumber])).length;
}

async function dbLetADayPass({ id }: LedgerAccount): Promise<void> {
  await on.app.db(
    `UPDATE ledger_accounts SET last_disbursement_at = last_disbursement_at - interval '1 day' WHERE id = $1`,
    [id],
  );
}
