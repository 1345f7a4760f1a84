import { beforeAll, describe, expect, it } from '@jest/globals';
import { createPrivateKey, createPublicKey, ECDH } from 'node:crypto';
import { bearing, signUp, type Person } from '../../support/actors.js';
import { startApp } from '../../support/app.js';
import {
  accountsPath,
  ALL_SCOPES,
  dbAccount,
  dbAccountEvents,
  openAccount,
  OWN_ACCOUNTS,
  OWNERS,
  type OwnerKind,
} from '../../support/ledger-accounts.js';
import { problem } from '../../support/problems.js';
import { found, scene, type Scene } from '../../support/scene.js';

const BODY = { network: 'testnet', keyType: 'ed25519' };

let on: Scene;
const pathOf = (kind: OwnerKind): string => accountsPath(kind, on);

beforeAll(async () => {
  on = await scene();
});

async function dbCount(): Promise<number> {
  return (await on.app.db('SELECT 1 FROM ledger_accounts')).length;
}

describe('opening a ledger account', () => {
  describe('succeeds', () => {
    it.each(OWNERS)('for the %s, with keys, and its number soon after', async (kind) => {
      const { body } = await on.owner.post(pathOf(kind), BODY).expect(201);
      expect(body).toEqual({
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        ...BODY,
        publicKey: expect.stringMatching(/^302a300506032b6570032100[0-9a-f]{64}$/),
        privateKey: expect.stringMatching(/^302e020100300506032b657004220420[0-9a-f]{64}$/),
        status: expect.stringMatching(/^(creating|active)$/),
        accountNumber: body.status === 'active' ? expect.stringMatching(/^[1-9]\d*$/) : null,
        balance: body.status === 'active' ? '100000000000' : '0',
        balanceLimit: '100000000000',
        scheduledForDisbursement: false,
        lastDisbursementAt: body.status === 'active' ? expect.stringMatching(/^\d{4}-.*Z$/) : null,
        createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
        accountNumbers: body.status === 'active' ? [expect.any(Object)] : [],
      });
    });

    it('with an Ed25519 pair that belongs together', async () => {
      const { publicKey, privateKey } = await openAccount(on.owner, OWN_ACCOUNTS);
      const der = Buffer.from(privateKey ?? '', 'hex');
      const derived = createPublicKey(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
      expect(derived.export({ format: 'der', type: 'spki' }).toString('hex')).toBe(publicKey);
    });

    it('with an ECDSA pair on secp256k1 that belongs together, whose last 64 digits are the raw key', async () => {
      const { publicKey, privateKey } = await openAccount(on.owner, OWN_ACCOUNTS, { keyType: 'ecdsa' });
      expect(privateKey).toMatch(/^3030020100300706052b8104000a04220420[0-9a-f]{64}$/);
      const pair = (await import('node:crypto')).createECDH('secp256k1');
      pair.setPrivateKey(privateKey?.slice(-64) ?? '', 'hex');
      const compressed = ECDH.convertKey(pair.getPublicKey(), 'secp256k1', undefined, 'hex', 'compressed');
      expect(publicKey).toBe(`302d300706052b8104000a032200${String(compressed)}`);
    });

    it('on previewnet, on which numbers are its own', async () => {
      const account = await openAccount(on.owner, OWN_ACCOUNTS, { network: 'previewnet' });
      expect(account).toMatchObject({ network: 'previewnet', status: 'active' });
    });

    it('for members, and for tokens with the scope', async () => {
      const scopes = ['ledger-accounts:manage'];
      const token = await on.owner.issueOrganizationToken(on.organization.id, scopes);
      const personal = await on.member.issuePersonalToken(scopes);
      await on.member.post(pathOf('organization'), BODY).expect(201);
      await bearing(on.app, token).post(pathOf('organization'), BODY).expect(201);
      await bearing(on.app, personal).post(OWN_ACCOUNTS, BODY).expect(201);
    });

    it('without showing the private key to a token that may not see it', async () => {
      const token = await on.member.issuePersonalToken(['ledger-accounts:manage', 'ledger-accounts:read']);
      const { body } = await bearing(on.app, token).post(OWN_ACCOUNTS, BODY).expect(201);
      expect(body.privateKey).toBeNull();
    });

    it('with an audit event that names no key but the public one', async () => {
      const { id, privateKey } = await openAccount(on.owner, pathOf('organization'));
      const events = await dbAccountEvents(on.app, id);
      expect(events[0]).toMatchObject({ action: 'ledger_account.created', actor_id: on.owner.id, details: BODY });
      expect(JSON.stringify(events)).not.toContain(privateKey?.slice(-64));
    });

    it('and the private key is stored sealed', async () => {
      const { id, privateKey } = await openAccount(on.owner, OWN_ACCOUNTS);
      const row = await dbAccount(on.app, id);
      expect(Buffer.from(row.sealed_private_key as Buffer).toString('hex')).not.toContain(privateKey?.slice(-64) ?? '');
    });
  });

  describe('authenticates', () => {
    it.each(OWNERS)('refuses a caller without a credential: %s', async (kind) => {
      await on.anonymous.post(pathOf(kind), BODY).expect(problem(401, 'unauthenticated'));
    });
  });

  describe('authorizes', () => {
    it('refuses a viewer, and a token without the scope, and nothing is opened', async () => {
      const before = await dbCount();
      const token = await on.owner.issueOrganizationToken(on.organization.id, ['ledger-accounts:read']);
      const personal = await on.owner.issuePersonalToken(['ledger-accounts:read', 'ledger-accounts:reveal']);
      await on.viewer.post(pathOf('organization'), BODY).expect(problem(403, 'forbidden'));
      await bearing(on.app, token).post(pathOf('organization'), BODY).expect(problem(403, 'insufficient_scope'));
      await bearing(on.app, personal).post(OWN_ACCOUNTS, BODY).expect(problem(403, 'insufficient_scope'));
      expect(await dbCount()).toBe(before);
    });

    it('refuses an organization token at a person’s accounts', async () => {
      const token = await on.owner.issueOrganizationToken(on.organization.id, ALL_SCOPES);
      await bearing(on.app, token).post(OWN_ACCOUNTS, BODY).expect(problem(403, 'insufficient_scope'));
    });
  });

  describe('hides', () => {
    it('the organization from an outsider', async () => {
      const before = await dbCount();
      const { text } = await on.outsider.post(pathOf('organization'), BODY).expect(problem(404, 'not_found'));
      expect(text).not.toContain(on.organization.id);
      expect(await dbCount()).toBe(before);
    });
  });

  describe('conflicts', () => {
    it.each([
      ['a person’s', (): Promise<string> => Promise.resolve(OWN_ACCOUNTS)],
      ['an organization’s', async (owner: Person): Promise<string> => `${(await found(owner)).path}/ledger-accounts`],
    ])('with %s quota, also for many at once', async (_, placeOf) => {
      const app = await startApp({ beside: on.app, env: { LEDGER_ACCOUNT_QUOTA: '3' } });
      const newcomer = await signUp(on.app);
      const [place, person] = [await placeOf(newcomer), newcomer.at(app)];
      const answers = await Promise.all(Array.from({ length: 10 }, () => person.post(place, BODY)));
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 201, ...Array<number>(7).fill(409)]);
      await person.post(place, BODY).expect(problem(409, 'quota_reached'));
      await app.close();
    });
  });

  describe('validates', () => {
    it.each([
      ['network', { ...BODY, network: 'mainnet' }],
      ['network', { ...BODY, network: 'Testnet' }],
      ['network', { keyType: 'ed25519' }],
      ['keyType', { ...BODY, keyType: 'rsa' }],
      ['keyType', { ...BODY, keyType: ['ed25519'] }],
      ['privateKey', { ...BODY, privateKey: '00' }],
      ['balanceLimit', { ...BODY, balanceLimit: '1' }],
    ])('%s', async (field, body) => {
      const before = await dbCount();
      const response = await on.owner.post(OWN_ACCOUNTS, body).expect(problem(422, 'validation_failed'));
      expect(response.body.errors[0].field).toBe(field);
      expect(await dbCount()).toBe(before);
    });
  });
});
