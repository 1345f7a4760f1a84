import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { startApp } from '../support/app.js';

describe('a database that acknowledges what is not on disk', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
    await database.setDefault('synchronous_commit = off');
  });

  afterAll(() => database.drop());

  it('is refused at the start', async () => {
    const env = { DATABASE_URL: database.url, NODE_ENV: 'development', PASSWORD_BCRYPT_COST: '10' };

    await expect(startApp({ env })).rejects.toThrow(/synchronous_commit off/);
  });
});
