/**
 * The commands of the Hedera Portal's guide, letter by letter, by curl over TLS. A `.curlrc` sends portal.hedera.com to this
 * machine; nothing else is changed.
 */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { IssuedToken } from '../../../support/actors.js';
import {
  ALL_SCOPES,
  dbResetNetwork,
  openAccount,
  OWN_ACCOUNTS,
  readyAccount,
} from '../../../support/ledger-accounts.js';
import { scene, type Scene } from '../../../support/scene.js';
import { TlsProxy } from '../../../support/tls-front.js';
import { until } from '../../../support/until.js';

const LIST = 'curl -X GET https://portal.hedera.com/api/account -H "Authorization: Bearer <token>"';
const GET = 'curl -X GET https://portal.hedera.com/api/account/<publicKey> -H "Authorization: Bearer <token>"';

let on: Scene;
let home: string;
beforeAll(async () => {
  on = await scene();
  const front = await TlsProxy.before(on.app.url, 'portal.hedera.com');
  home = front.directory;
  const settings = [
    `connect-to = "portal.hedera.com:443:127.0.0.1:${String(front.port)}"`,
    `cacert = "${join(home, 'cert.pem')}"`,
    'silent',
    'write-out = "\\n%{http_code}"',
  ];
  writeFileSync(join(home, '.curlrc'), settings.join('\n'));
});

interface Answer {
  readonly status: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

/** Runs the command as a person at a shell would, with their own token and key in the places that the guide names. */
async function run(command: string, { secret }: Pick<IssuedToken, 'secret'>, publicKey = ''): Promise<Answer> {
  const line = command.replace('<token>', secret).replace('<publicKey>', publicKey);
  const env = { PATH: process.env.PATH, CURL_HOME: home, HOME: home };
  const { stdout } = await promisify(execFile)('/bin/sh', ['-c', line], { env });
  const [text = '', status] = stdout.split(/\n(?=\d{3}$)/);
  return { status: Number(status), body: JSON.parse(text) };
}

describe('the guide’s commands', () => {
  it('list the accounts, and get one by its public key', async () => {
    const [first, second] = [await openAccount(on.owner, OWN_ACCOUNTS), await openAccount(on.owner, OWN_ACCOUNTS)];
    const token = await on.owner.issuePersonalToken(ALL_SCOPES);
    const list = await run(LIST, token);
    expect(list.status).toBe(200);
    expect(list.body.accounts).toMatchObject([
      { accountNum: first.accountNumber, privateKey: first.privateKey },
      { accountNum: second.accountNumber, privateKey: second.privateKey },
    ]);
    expect((await run(GET, token, second.publicKey)).body).toMatchObject({ publicKey: second.publicKey });
  });

  it('are refused by 403 from the moment the token is revoked', async () => {
    const token = await on.owner.issuePersonalToken(ALL_SCOPES);
    expect((await run(LIST, token)).status).toBe(200);
    await on.owner.delete(`/api/v1/users/me/tokens/${token.token.id}`).expect(204);
    expect(await run(LIST, token)).toMatchObject({ status: 403, body: { code: 'invalid_token' } });
  });

  it('bring an account back that a network reset has wiped, while nobody signs in', async () => {
    const before = await openAccount(on.member, OWN_ACCOUNTS);
    const token = await on.member.issuePersonalToken(['ledger-accounts:read']);
    await dbResetNetwork(on.app);
    await until(async () => {
      const { status, body } = await run(GET, token, before.publicKey);
      expect(status).toBe(200);
      return body.accountNum !== before.accountNumber;
    });
    const after = await readyAccount(on.member, `${OWN_ACCOUNTS}/${before.id}`);
    expect(after).toMatchObject({ publicKey: before.publicKey, privateKey: before.privateKey });
  });
});
