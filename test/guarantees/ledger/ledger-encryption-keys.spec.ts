/** Keys of LEDGER_ENCRYPTION_KEYS come and go, and no private key is ever lost on the way unnoticed. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { signUp, type Person } from '../../support/actors.js';
import { startApp, type TestApp } from '../../support/app.js';
import { dbAccount, openAccount, OWN_ACCOUNTS, type LedgerAccount } from '../../support/ledger-accounts.js';
import { problem } from '../../support/problems.js';

const keyNamed = (version: string): string => `${version}:${randomBytes(32).toString('base64')}`;

describe('an encryption key', () => {
  const [v1, v2] = [keyNamed('v1'), keyNamed('v2')];
  let old: TestApp;
  let person: Person;
  let account: LedgerAccount;
  const beside = (keys: string): Promise<TestApp> => startApp({ beside: old, env: { LEDGER_ENCRYPTION_KEYS: keys } });

  beforeAll(async () => {
    old = await startApp({ env: { LEDGER_ENCRYPTION_KEYS: v1 } });
    person = await signUp(old);
    account = await openAccount(person, OWN_ACCOUNTS);
  });

  it('opens what it sealed also behind a newer one, which seals from then on', async () => {
    const young = await beside(`${v2},${v1}`);
    const { body } = await person.at(young).get(`${OWN_ACCOUNTS}/${account.id}`).expect(200);
    expect(body.privateKey).toBe(account.privateKey);
    const { id } = await openAccount(person.at(young), OWN_ACCOUNTS);
    expect(await dbAccount(old, id)).toMatchObject({ encryption_key_version: 'v2' });
    expect(await dbAccount(old, account.id)).toMatchObject({ encryption_key_version: 'v1' });
    await young.close();
  });

  it.each([
    ['is missing', v2],
    ['is another one of the same name', `${v2},${keyNamed('v1')}`],
  ])('that %s stops the start, by its name', async (_, keys) => {
    const error: unknown = await beside(keys).catch((thrown: unknown) => thrown);
    expect(String(error)).toMatch(/LEDGER_ENCRYPTION_KEYS lacks .*v1/);
    expect(String(error)).not.toContain(v1.slice(3));
  });

  it('does not reveal a key that was moved from another account’s row', async () => {
    const other = await openAccount(await signUp(old), OWN_ACCOUNTS);
    const { sealed_private_key: own } = await dbAccount(old, account.id);
    const { sealed_private_key: foreign } = await dbAccount(old, other.id);
    const dbSeal = (sealed: unknown): Promise<unknown> =>
      old.db('UPDATE ledger_accounts SET sealed_private_key = $2 WHERE id = $1', [account.id, sealed]);
    await dbSeal(foreign);
    const { text } = await person.get(`${OWN_ACCOUNTS}/${account.id}`).expect(problem(500, 'internal'));
    expect(text).not.toContain(other.privateKey?.slice(-64) ?? '');
    // A start looks at the key of some account.
    await dbSeal(own);
  });
});
