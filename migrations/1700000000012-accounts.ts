/**
 * What an account's address proves, and one key for each mailbox. The key of an address now reads its domain by IDNA, so
 * that `bücher.example` and `xn--bcher-kva.example` are one. Accounts that share a mailbox already both stay: the one that
 * has the new key keeps it, the other one keeps the key that it has, and each is found by its own spelling.
 */
import { domainToASCII, domainToUnicode } from 'node:url';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const COLUMN = `
SET LOCAL lock_timeout = '3s';
-- Set while the mailbox was proven, but not yet by anybody who was seen to have the password, too.
ALTER TABLE users ADD COLUMN password_unproven_since timestamptz;
`;

const DROP_COLUMN = `
SET LOCAL lock_timeout = '3s';
ALTER TABLE users DROP COLUMN password_unproven_since;
`;

/** No other row's key can have changed: on ASCII without `xn--` IDNA does what lower-casing does, and drops a last dot. */
const CONCERNED = `(email ~ '[^[:ascii:]]' OR lower(email) LIKE '%xn--%' OR email LIKE '%.')`;

const USERS = `SELECT id, email FROM users WHERE ${CONCERNED}
  ORDER BY email_verified_at IS NULL, email_verified_at, created_at, id`;
const INVITATIONS = `SELECT id, email FROM invitations WHERE ${CONCERNED} ORDER BY id DESC`;

const REKEY_USER = `UPDATE users SET email_key = $2 WHERE id = $1 AND email_key = $3
  AND NOT EXISTS (SELECT FROM users WHERE email_key = $2)`;

/** Of two open ones for one mailbox the newer stands, as if the older one had been renewed. */
const CANCEL_OLDER = `UPDATE invitations older SET cancelled_at = clock_timestamp() FROM invitations i
  WHERE i.id = $1 AND i.accepted_at IS NULL AND i.cancelled_at IS NULL
    AND older.organization_id = i.organization_id AND older.email_key = $2 AND older.id < i.id
    AND older.accepted_at IS NULL AND older.cancelled_at IS NULL`;
const CANCEL_IF_OLDER = `UPDATE invitations i SET cancelled_at = clock_timestamp()
  WHERE i.id = $1 AND i.accepted_at IS NULL AND i.cancelled_at IS NULL AND EXISTS (
    SELECT FROM invitations newer WHERE newer.organization_id = i.organization_id AND newer.email_key = $2
      AND newer.id > i.id AND newer.accepted_at IS NULL AND newer.cancelled_at IS NULL)`;
const REKEY_INVITATION = `UPDATE invitations SET email_key = $2 WHERE id = $1 AND email_key = $3`;

interface Addressed {
  readonly id: string;
  readonly email: string;
}

export class Accounts1700000000012 implements MigrationInterface {
  readonly name = 'Accounts1700000000012';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(COLUMN);
    for (const { id, email } of (await queryRunner.query(USERS)) as Addressed[]) {
      const [from, to] = [foldedEmail(email), emailKey(email)];
      if (to !== from) await queryRunner.query(REKEY_USER, [id, to, from]);
    }
    for (const { id, email } of (await queryRunner.query(INVITATIONS)) as Addressed[]) {
      const [from, to] = [foldedEmail(email), emailKey(email)];
      if (to === from) continue;
      await queryRunner.query(CANCEL_OLDER, [id, to]);
      await queryRunner.query(CANCEL_IF_OLDER, [id, to]);
      await queryRunner.query(REKEY_INVITATION, [id, to, from]);
    }
  }

  /** The former key tells more addresses apart, so that no two rows can meet under it. */
  async down(queryRunner: QueryRunner): Promise<void> {
    for (const { id, email } of (await queryRunner.query(USERS)) as Addressed[]) {
      await queryRunner.query('UPDATE users SET email_key = $2 WHERE id = $1 AND email_key = $3', [
        id,
        foldedEmail(email),
        emailKey(email),
      ]);
    }
    for (const { id, email } of (await queryRunner.query(INVITATIONS)) as Addressed[]) {
      await queryRunner.query(REKEY_INVITATION, [id, foldedEmail(email), emailKey(email)]);
    }
    await queryRunner.query(DROP_COLUMN);
  }
}

// The keys as they are at the time of this migration; src/users/email-key.ts may go on, this may not.

function emailKey(email: string): string {
  const folded = foldedEmail(email);
  const at = folded.lastIndexOf('@') + 1;
  return at === 0 ? folded : folded.slice(0, at) + domainKey(folded.slice(at));
}

function foldedEmail(email: string): string {
  const folded = email.normalize('NFKC').trim().toUpperCase().toLowerCase().normalize('NFKC');
  return folded.replaceAll('i\u0307', 'i');
}

function domainKey(domain: string): string {
  let key = domain;
  for (let pass = 0; pass < 4; pass += 1) {
    const host = /[\s/?#@:\\%[\]]/.test(key) ? '' : domainToASCII(key).replace(/\.+$/, '');
    const next = host === '' ? key : foldedEmail(domainToUnicode(host));
    if (next === key) break;
    key = next;
  }
  return key;
}
