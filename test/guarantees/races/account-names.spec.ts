/** One namespace of account names, which the database keeps: given once, never changed, never used again. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { migrations } from '../../../migrations/index.js';
import { Actor, PASSWORD, signUp, uniqueEmail } from '../../support/actors.js';
import { sharedApp, type TestApp } from '../../support/app.js';
import { createTestDatabase } from '../../support/database.js';
import { problem } from '../../support/problems.js';

const INSERT_USER = `INSERT INTO users (id, email, email_key, name, password_hash) VALUES ($1, $2, $2, $3, 'x')`;
const INSERT_ORGANIZATION = 'INSERT INTO organizations (id, name, slug) VALUES ($1, $2, $3)';

let app: TestApp;
beforeAll(async () => {
  app = await sharedApp();
});

const dbUsername = async (id: string): Promise<string> =>
  (await app.db<{ username: string }>('SELECT username FROM users WHERE id = $1', [id]))[0]?.username ?? '';

const dbNames = async (): Promise<number> => (await app.db('SELECT 1 FROM account_names')).length;

describe('a username', () => {
  it.each([
    ['Ada Lovelace', 'ada-lovelace'],
    ['  Zoë  Müller-Ångström ', 'zoe-muller-angstrom'],
    ["O'Neill, Jr.", 'o-neill-jr'],
    ['李小龙', 'user'],
    ['x'.repeat(100), 'x'.repeat(56)],
    ['a '.repeat(50), 'a-'.repeat(28).slice(0, -1)],
    ['admin', 'admin'],
  ])('spells the name %s, and always ends at random', async (name, stem) => {
    const { id } = await signUp(app, name);
    expect(await dbUsername(id)).toMatch(new RegExp(`^${stem}-[2-9a-z]{6}$`));
  });

  it('is another one for everybody, also when all register at once', async () => {
    const people = await Promise.all(Array.from({ length: 8 }, () => signUp(app, 'Grace')));
    const names = await Promise.all(people.map(({ id }) => dbUsername(id)));
    expect(new Set(names).size).toBe(8);
  });

  it('is not used up by registering a taken address', async () => {
    const { email } = await signUp(app);
    const before = await dbNames();
    await new Actor(app, null).post('/api/v1/auth/register', { email, password: PASSWORD, name: 'Eve' }).expect(202);
    expect(await dbNames()).toBe(before);
  });

  it('never changes, whoever asks', async () => {
    const person = await signUp(app, 'Mara');
    const username = await dbUsername(person.id);
    await person.patch('/api/v1/users/me', { name: 'Else' }).expect(200);
    await person.patch('/api/v1/users/me', { username: 'else' }).expect(problem(422, 'validation_failed'));
    const update = app.db(`UPDATE users SET username = 'else-222222' WHERE id = $1`, [person.id]);
    await expect(update).rejects.toThrow('a username never changes');
    expect(await dbUsername(person.id)).toBe(username);
  });

  it('is never used again', async () => {
    const person = await signUp(app);
    const username = await dbUsername(person.id);
    await person.delete('/api/v1/users/me', { password: PASSWORD }).expect(204);
    const founder = await signUp(app);
    await founder.post('/api/v1/organizations', { name: 'X', slug: username }).expect(problem(409, 'slug_taken'));
    await expect(app.db('DELETE FROM account_names WHERE name = $1', [username])).rejects.toThrow('never used again');
  });
});

describe('an operator', () => {
  it('makes no user without a name, and none with another’s', async () => {
    const [id, email] = [randomUUID(), uniqueEmail()];
    await app.db(INSERT_USER, [id, email, 'Op']);
    expect(await dbUsername(id)).toMatch(/^op-/);
    const copy = app.db(
      `INSERT INTO users (id, email, email_key, name, password_hash, username) VALUES ($1, $2, $2, 'Y', 'x', $3)`,
      [randomUUID(), uniqueEmail(), await dbUsername(id)],
    );
    await expect(copy).rejects.toThrow('account_names_pkey');
  });

  it('founds no organization under a person’s name, and renames none to it', async () => {
    const username = await dbUsername((await signUp(app)).id);
    await expect(app.db(INSERT_ORGANIZATION, [randomUUID(), 'X', username])).rejects.toThrow('account_names_pkey');
    const [id, slug] = [randomUUID(), `x-${randomBytes(5).toString('hex')}`];
    await app.db(INSERT_ORGANIZATION, [id, 'X', slug]);
    const rename = app.db('UPDATE organizations SET slug = $2 WHERE id = $1', [id, username]);
    await expect(rename).rejects.toThrow('account_names_pkey');
  });

  it('sees slugs of the version before claimed in the same namespace', async () => {
    const username = await dbUsername((await signUp(app)).id);
    const claim = `INSERT INTO organization_slugs (slug, organization_id) VALUES ($1, $2)
      ON CONFLICT DO NOTHING RETURNING slug`;
    expect(await app.db(claim, [username, randomUUID()])).toEqual([]);
    expect(await app.db(claim, [`${username}x`, randomUUID()])).toEqual([{ slug: `${username}x` }]);
  });
});

describe('the migration', () => {
  it('names everybody who is there, and claims every slug', async () => {
    const database = await createTestDatabase();
    const dataSource = await new DataSource({ type: 'postgres', url: database.url, migrations }).initialize();
    const below = migrations.length - migrations.findIndex(({ name }) => name.startsWith('AccountNames'));
    for (let step = 0; step < below; step += 1) await dataSource.undoLastMigration({ transaction: 'each' });
    for (const name of ['Ann', 'Ann', 'Ann', '李'])
      await database.query(INSERT_USER, [randomUUID(), randomUUID(), name]);
    await database.query(INSERT_ORGANIZATION, [randomUUID(), 'Acme', 'acme']);
    await dataSource.runMigrations({ transaction: 'each' });

    const names = await database.query<{ name: string }>('SELECT name FROM account_names ORDER BY name');
    const stems = names.map(({ name }) => name.replace(/-\w{6}$/, ''));
    expect(stems).toEqual(['acme', 'ann', 'ann', 'ann', 'user']);
    await dataSource.destroy();
    await database.drop();
  });
});
