import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { affected } from '../platform/database/statements.js';
import type { Tx } from '../platform/database/transactions.service.js';
import { User } from './user.entity.js';

export interface NewUserRow {
  readonly id: string;
  readonly email: string;
  readonly emailKey: string;
  readonly name: string;
  readonly passwordHash: string;
}

export interface PasswordRow {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly passwordHash: string;
  readonly disabledAt: Date | null;
}

/** How far an address is known to be its account's. */
export interface ProofRow {
  readonly isMailboxProven: boolean;
  /** Whether the mailbox was proven by somebody who had the password, too, or chose it. */
  readonly isOwnerProven: boolean;
}

/** More would only slow the check of a password that is being chosen. */
const MOST_ORGANIZATIONS = 50;

@Injectable()
export class UsersRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Whether the address was free. Of parallel calls for one address exactly one is told so. */
  async insertUnlessTaken(tx: Tx, { id, email, emailKey, name, passwordHash }: NewUserRow): Promise<boolean> {
    const rows = await tx.query<unknown[]>(
      `INSERT INTO users (id, email, email_key, name, password_hash) VALUES ($1, $2, $3, $4, $5)
      ON CONFLICT ON CONSTRAINT users_email_key_unique DO NOTHING RETURNING id`,
      [id, email, emailKey, name, passwordHash],
    );
    return rows.length > 0;
  }

  async findUser(id: string, tx?: Tx): Promise<User | null> {
    return (tx ?? this.dataSource.manager).findOneBy(User, { id });
  }

  /** By the former key first: where two accounts share a mailbox since before there was one key, each has its spelling. */
  async findByEmailKeys(emailKey: string, formerKey: string, tx?: Tx): Promise<PasswordRow | null> {
    const [row] = await (tx ?? this.dataSource.manager).query<PasswordRow[]>(
      `SELECT id, email, name, password_hash AS "passwordHash", disabled_at AS "disabledAt"
      FROM users WHERE email_key IN ($1, $2) ORDER BY email_key = $2 DESC LIMIT 1`,
      [emailKey, formerKey],
    );
    return row ?? null;
  }

  async hasProvenEmailKey(emailKey: string): Promise<boolean> {
    const rows = await this.dataSource.query<unknown[]>(
      'SELECT 1 FROM users WHERE email_key = $1 AND email_verified_at IS NOT NULL',
      [emailKey],
    );
    return rows.length > 0;
  }

  /** Locks the row against a change of its password until `tx` ends; false when that, or disabling, came first. */
  async lockWithPassword(tx: Tx, id: string, passwordHash: string): Promise<boolean> {
    const rows = await tx.query<unknown[]>(
      'SELECT 1 FROM users WHERE id = $1 AND password_hash = $2 AND disabled_at IS NULL FOR SHARE',
      [id, passwordHash],
    );
    return rows.length > 0;
  }

  /** Whether the hash was still `from`. */
  async updatePasswordHash(tx: Tx, id: string, { from, to }: { from: string; to: string }): Promise<boolean> {
    const count = await affected(
      tx,
      'UPDATE users SET password_hash = $3, updated_at = clock_timestamp() WHERE id = $1 AND password_hash = $2',
      [id, from, to],
    );
    return count > 0;
  }

  async setPasswordHash(tx: Tx, id: string, passwordHash: string): Promise<void> {
    await tx.query('UPDATE users SET password_hash = $2, updated_at = clock_timestamp() WHERE id = $1', [
      id,
      passwordHash,
    ]);
  }

  /** Whether the name was another one. */
  async updateName(tx: Tx, id: string, name: string): Promise<boolean> {
    const count = await affected(
      tx,
      'UPDATE users SET name = $2, updated_at = clock_timestamp() WHERE id = $1 AND name <> $2',
      [id, name],
    );
    return count > 0;
  }

  /** Locks the row until `tx` ends: sessions and tokens are opened under the same lock. */
  async lockProof(tx: Tx, id: string): Promise<ProofRow | null> {
    const [row] = await tx.query<ProofRow[]>(
      `SELECT email_verified_at IS NOT NULL AS "isMailboxProven",
        email_verified_at IS NOT NULL AND password_unproven_since IS NULL AS "isOwnerProven"
      FROM users WHERE id = $1 FOR NO KEY UPDATE`,
      [id],
    );
    return row ?? null;
  }

  async markEmailVerified(tx: Tx, id: string, isOwnerProven: boolean): Promise<void> {
    await tx.query(
      `UPDATE users SET email_verified_at = coalesce(email_verified_at, clock_timestamp()),
        password_unproven_since = CASE WHEN $2 THEN NULL ELSE clock_timestamp() END, updated_at = clock_timestamp()
      WHERE id = $1`,
      [id, isOwnerProven],
    );
  }

  /** Looks through all users: not for the way of a request. */
  async findHighestPasswordCost(): Promise<number> {
    const [row] = await this.dataSource.query<{ cost: number | null }[]>(
      `SELECT max(substring(password_hash FROM '^\\$2[aby]\\$([0-9]{2})\\$[./0-9A-Za-z]{53}$')::integer) AS cost FROM users`,
    );
    return row?.cost ?? 0;
  }

  /** The names and slugs of the user's organizations. */
  async listOrganizationWords(id: string): Promise<string[]> {
    const rows = await this.dataSource.query<{ name: string; slug: string }[]>(
      `SELECT o.name, o.slug FROM memberships m JOIN organizations o ON o.id = m.organization_id
      WHERE m.user_id = $1 ORDER BY m.joined_at DESC LIMIT ${String(MOST_ORGANIZATIONS)}`,
      [id],
    );
    return rows.flatMap(({ name, slug }) => [name, slug]);
  }

  async deleteUser(tx: Tx, id: string): Promise<void> {
    await tx.delete(User, { id });
  }
}
