/** The migration that reads an address's domain by IDNA: nobody is locked out, also not of two accounts of one mailbox. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { migrations } from '../../../migrations/index.js';
import { newId } from '../../../src/platform/database/ids.js';
import { Actor, PASSWORD, signIn } from '../../support/actors.js';
import { startApp, type TestApp } from '../../support/app.js';

const STEPS = migrations.length - migrations.findIndex(({ name }) => name.startsWith('Accounts'));

describe('addresses of one mailbox, registered before there was one key for both', () => {
  let app: TestApp;
  let dataSource: DataSource;
  let organization: string;

  beforeAll(async () => {
    app = await startApp();
    dataSource = await new DataSource({ type: 'postgres', url: app.database.url, migrations }).initialize();
    await new Actor(app, null)
      .post('/api/v1/auth/register', { email: 'owner@example.test', password: PASSWORD, name: 'O' })
      .expect(202);
    const owner = await signIn(app, 'owner@example.test');
    organization = (await owner.post('/api/v1/organizations', { name: 'Acme' }).expect(201)).body.id as string;
    for (let step = 0; step < STEPS; step += 1) await dataSource.undoLastMigration({ transaction: 'each' });
    await dbUser('anna@xn--bcher-kva.example', 'proven');
    await dbUser('anna@b\u00fccher.example', 'unproven');
    await dbUser('Otto@XN--BCHER-KVA.example', 'unproven');
    await dbInvitation('ida@xn--bcher-kva.example');
    await dbInvitation('ida@b\u00fccher.example');
    await dbInvitation('eva@b\u00fccher.example');
    await dbInvitation('eva@xn--bcher-kva.example');
    await dataSource.runMigrations({ transaction: 'each' });
  }, 60_000);

  afterAll(async () => {
    await dataSource.destroy();
  });

  async function dbUser(email: string, proof: string): Promise<void> {
    await app.db(
      `INSERT INTO users (id, email, email_key, name, password_hash, email_verified_at)
      SELECT $1, $2, lower($2), 'A', password_hash, CASE WHEN $3 = 'proven' THEN now() END FROM users
      WHERE email = 'owner@example.test'`,
      [randomUUID(), email, proof],
    );
  }

  async function dbInvitation(email: string): Promise<void> {
    await app.db(
      `INSERT INTO invitations (id, organization_id, email, email_key, role, secret_hash, expires_at)
      VALUES ($3, $1, $2, $2, 'viewer', sha256($2::text::bytea), now() + interval '1 day')`,
      [organization, email, newId()],
    );
  }

  async function dbKeys(): Promise<Record<string, unknown>[]> {
    return app.db("SELECT email, email_key FROM users WHERE email <> 'owner@example.test' ORDER BY email");
  }

  const idOf = async (email: string): Promise<string> => (await signIn(app, email)).id;

  it('keeps both accounts, each found by its own spelling', async () => {
    expect(await idOf('anna@xn--bcher-kva.example')).not.toBe(await idOf('anna@b\u00fccher.example'));
    expect((await signIn(app, 'anna@XN--BCHER-kva.example')).id).toBe(await idOf('anna@xn--bcher-kva.example'));
  });

  it('gives an account that is alone at its mailbox the new key, and takes either spelling', async () => {
    expect(await idOf('otto@xn--bcher-kva.example')).toBe(await idOf('otto@b\u00fccher.example'));
    expect(await dbKeys()).toContainEqual({
      email: 'Otto@XN--BCHER-KVA.example',
      email_key: 'otto@b\u00fccher.example',
    });
  });

  it('leaves the newer of two open invitations to one mailbox', async () => {
    const open = await app.db('SELECT email FROM invitations WHERE cancelled_at IS NULL ORDER BY id');
    expect(open).toEqual([{ email: 'ida@b\u00fccher.example' }, { email: 'eva@xn--bcher-kva.example' }]);
  });

  it('goes back to the former keys and again to the new ones', async () => {
    const before = await dbKeys();
    for (let step = 0; step < STEPS; step += 1) await dataSource.undoLastMigration({ transaction: 'each' });
    const former = await dbKeys();
    await dataSource.runMigrations({ transaction: 'each' });
    expect(former.map(({ email_key }) => email_key)).toEqual(former.map(({ email }) => String(email).toLowerCase()));
    expect(await dbKeys()).toEqual(before);
  });
});
