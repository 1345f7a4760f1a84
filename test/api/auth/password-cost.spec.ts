/** Every check of a password does the same work, counted in rounds of bcrypt: the time must not tell who has an account. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { PasswordHashing } from '../../../src/auth/passwords/password-hashing.service.js';
import { Actor, PASSWORD, signIn, signUp, uniqueEmail, type Person } from '../../support/actors.js';
import { startApp, type TestApp } from '../../support/app.js';

const LOGIN = '/api/v1/auth/login';

describe('the work of a sign-in', () => {
  let cheap: TestApp;
  let app: TestApp;
  let anonymous: Actor;

  beforeAll(async () => {
    cheap = await startApp();
    app = await startApp({ beside: cheap, env: { PASSWORD_BCRYPT_COST: '7' } });
    anonymous = new Actor(app, null);
  });

  async function roundsOf(work: () => PromiseLike<unknown>, at = app): Promise<number> {
    const passwords = at.nest.get(PasswordHashing, { strict: false });
    const before = passwords.roundsDone;
    await work();
    return passwords.roundsDone - before;
  }

  const accounts: [string, () => Promise<Pick<Person, 'email'>>][] = [
    ['an unknown address', async () => ({ email: uniqueEmail() })],
    ['a hash of today’s cost', () => signUp(app)],
    ['a hash of an older, lower cost', () => signUp(cheap)],
    ['a disabled user with an older hash', async () => dbChange(await signUp(cheap), 'disabled_at = now()')],
    ['an emptied hash', async () => dbChange(await signUp(app), "password_hash = ''")],
    ['what is no hash', async () => dbChange(await signUp(app), "password_hash = '$2b$12$short'")],
  ];

  it.each(accounts)('for %s and a wrong password is that of one hash of today', async (_, account) => {
    const { email } = await account();
    for (const path of [LOGIN, '/login/token']) {
      const wrong = () => anonymous.post(path, { email, password: 'not the pass phrase' }).expect(401);
      expect(await roundsOf(wrong)).toBe(2 ** 7);
    }
  });

  it('for a disabled user is the same with the right password', async () => {
    const { email } = await dbChange(await signUp(cheap), 'disabled_at = now()');
    expect(await roundsOf(() => anonymous.post(LOGIN, { email, password: PASSWORD }).expect(401))).toBe(2 ** 7);
  });

  it('is that of the dearest hash there is, after the cost was lowered', async () => {
    const { email } = await signUp(app);
    const lowered = await startApp({ beside: cheap });
    for (const address of [email, uniqueEmail(), (await signUp(lowered)).email]) {
      const wrong = () =>
        new Actor(lowered, null).post(LOGIN, { email: address, password: 'not it at all' }).expect(401);
      expect(await roundsOf(wrong, lowered)).toBe(2 ** 7);
    }
    await signIn(lowered, email);
  });

  it('to register is the same for a taken and for a free address', async () => {
    const { email } = await signUp(app);
    const register = (address: string) => () =>
      anonymous.post('/api/v1/auth/register', { email: address, password: PASSWORD, name: 'R' }).expect(202);
    expect(await roundsOf(register(email))).toBe(2 ** 7);
    expect(await roundsOf(register(uniqueEmail()))).toBe(2 ** 7);
  });

  async function dbChange<T extends Person>(person: T, assignment: string): Promise<T> {
    await app.db(`UPDATE users SET ${assignment} WHERE id = $1`, [person.id]);
    return person;
  }
});
