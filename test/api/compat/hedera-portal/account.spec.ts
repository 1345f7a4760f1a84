/** The two routes of the Hedera Portal's API, in the forms that its clients read. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Actor, bearing, signUp, type IssuedToken } from '../../../support/actors.js';
import {
  accountsPath,
  ALL_SCOPES,
  dbForget,
  openAccount,
  OWN_ACCOUNTS,
  type LedgerAccount,
} from '../../../support/ledger-accounts.js';
import { anonymized } from '../../../support/problems.js';
import { scene, type Scene } from '../../../support/scene.js';
import { until } from '../../../support/until.js';

const LIST = '/api/account';
/** From the guide; no point of the curve has these coordinates. */
const GUIDE_KEY = `302d300706052b8104000a032200${'02'.padEnd(66, 'f')}`;

let on: Scene;
let own: LedgerAccount[];
let ofOrganization: LedgerAccount;
let personal: IssuedToken;
let organizational: IssuedToken;

beforeAll(async () => {
  on = await scene();
  own = [
    await openAccount(on.owner, OWN_ACCOUNTS),
    await openAccount(on.owner, OWN_ACCOUNTS, { keyType: 'ecdsa', network: 'previewnet' }),
  ];
  ofOrganization = await openAccount(on.owner, accountsPath('organization', on));
  personal = await on.owner.issuePersonalToken(ALL_SCOPES);
  organizational = await on.owner.issueOrganizationToken(on.organization.id, ALL_SCOPES);
});

const holder = (token: IssuedToken): Actor => bearing(on.app, token);
const one = (actor: Actor, publicKey: string) => actor.get(`${LIST}/${publicKey}`);

function inPortalForm(account: LedgerAccount): object {
  return {
    accountNum: account.accountNumber,
    shard: '0',
    realm: '0',
    network: account.network,
    keyType: account.keyType,
    publicKey: account.publicKey,
    privateKey: account.privateKey,
    balance: { _valueInTinybar: '100000000000' },
    balanceLimit: '100000000000',
    scheduledForDisbursement: false,
    lastDisbursementAt: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}\+00$/),
  };
}

describe('GET /api/account', () => {
  describe('succeeds', () => {
    it('with the accounts of the token’s person, in the order of their creation', async () => {
      const { body } = await holder(personal).get(LIST).expect(200);
      expect(body).toEqual({ accounts: own.map(inPortalForm) });
      expect(own.map(({ keyType }) => keyType)).toEqual(['ed25519', 'ecdsa']);
    });

    it('with the accounts of an organization token’s organization', async () => {
      const { body } = await holder(organizational).get(LIST).expect(200);
      expect(body).toEqual({ accounts: [inPortalForm(ofOrganization)] });
    });

    it('for a session, and by the other header', async () => {
      expect((await on.owner.get(LIST).expect(200)).body.accounts).toHaveLength(2);
      const { body } = await on.anonymous.get(LIST).set('x-access-key', personal.secret).expect(200);
      expect(body.accounts).toHaveLength(2);
    });

    it('without private keys for a token that may not see them', async () => {
      const token = await on.owner.issuePersonalToken(['ledger-accounts:read']);
      const { body, text } = await holder(token).get(LIST).expect(200);
      expect((body.accounts as LedgerAccount[]).map(({ privateKey }) => privateKey)).toEqual([null, null]);
      for (const { privateKey } of own) expect(text).not.toContain(privateKey?.slice(-64));
    });

    it('with the last known row at once, and has the wiped account created again', async () => {
      const person = await signUp(on.app);
      const before = await openAccount(person, OWN_ACCOUNTS);
      await dbForget(on.app, before);
      await until(async () => {
        const { body } = await person.get(LIST).expect(200);
        expect(body.accounts).toMatchObject([{ publicKey: before.publicKey, privateKey: before.privateKey }]);
        return body.accounts[0].accountNum !== before.accountNumber;
      });
    });

    it('leaving out what no network has given a number yet', async () => {
      const person = await signUp(on.app);
      const account = await openAccount(person, OWN_ACCOUNTS);
      await on.app.db(`UPDATE ledger_accounts SET account_number = NULL, creation_requested_at = now() WHERE id = $1`, [
        account.id,
      ]);
      expect((await person.get(LIST).expect(200)).body).toEqual({ accounts: [] });
      await one(person, account.publicKey).expect(404);
    });
  });

  describe('authenticates, by 403', () => {
    it.each([
      ['no token', () => on.anonymous],
      ['a malformed token', () => new Actor(on.app, 'nonsense')],
      ['a token that was never issued', () => new Actor(on.app, personal.secret.replace(/.$/, '_'))],
      ['a forged session', () => new Actor(on.app, 'a.b.c')],
    ])('%s', async (_, actor) => {
      for (const path of [LIST, `${LIST}/${GUIDE_KEY}`, `${LIST}/nonsense`]) {
        const { body, type } = await actor().get(path).expect(403);
        expect(type).toBe('application/json');
        expect(body).toMatchObject({
          message: 'Your token is missing, malformed, or has been revoked',
          code: expect.stringMatching(/^(unauthenticated|invalid_token)$/),
          status: 403,
          requestId: expect.any(String),
        });
      }
    });

    it('a revoked token, which no other route answers so', async () => {
      const token = await on.owner.issuePersonalToken(ALL_SCOPES);
      await holder(token).get(LIST).expect(200);
      await on.owner.delete(`/api/v1/users/me/tokens/${token.token.id}`).expect(204);
      const { body } = await holder(token).get(LIST).expect(403);
      expect(body.code).toBe('invalid_token');
      await holder(token).get(OWN_ACCOUNTS).expect(401);
    });
  });

  describe('authorizes', () => {
    it('refuses tokens without the scope, and says which one', async () => {
      const other = await on.owner.issueOrganizationToken(on.organization.id, ['ledger-accounts:reveal']);
      const personally = await on.owner.issuePersonalToken(['user:read']);
      for (const token of [other, personally]) {
        const { body, headers } = await holder(token).get(LIST).expect(403);
        expect(body).toMatchObject({ code: 'insufficient_scope', message: 'The token lacks ledger-accounts:read.' });
        expect(headers['www-authenticate']).toContain('scope="ledger-accounts:read"');
      }
    });
  });
});

describe('GET /api/account/:publicKey', () => {
  describe('succeeds', () => {
    it('with the account, bare and wrapped', async () => {
      for (const account of own) {
        const { body } = await one(holder(personal), account.publicKey).expect(200);
        expect(body).toEqual({ ...inPortalForm(account), accounts: [inPortalForm(account)] });
      }
    });

    it('for the key in any case', async () => {
      const { publicKey } = ofOrganization;
      const { body } = await one(holder(organizational), publicKey.toUpperCase()).expect(200);
      expect(body).toMatchObject({ publicKey });
    });
  });

  describe('hides', () => {
    it('another owner’s account like one that is not there, and what has not the form of a key', async () => {
      const { publicKey } = ofOrganization;
      const absent = await one(holder(personal), GUIDE_KEY).expect(404);
      expect(absent.body).toMatchObject({ code: 'not_found', message: expect.any(String) });
      const keys = [publicKey, 'nonsense', publicKey.slice(2), `${publicKey}00`, publicKey.replace('302a', '302b')];
      for (const key of keys) {
        expect(anonymized(await one(holder(personal), key).expect(404))).toEqual(anonymized(absent));
      }
      await one(holder(organizational), own[0]?.publicKey ?? '').expect(404);
      await one(on.outsider, publicKey).expect(404);
    });
  });
});
