import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Tx } from '../database/transactions.js';
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

  async findByEmailKey(emailKey: string, tx?: Tx): Promise<PasswordRow | null> {
    const [row] = await (tx ?? this.dataSource.manager).query<PasswordRow[]>(
      `SELECT id, email, name, password_hash AS "passwordHash", disabled_at AS "disabledAt"
      FROM users WHERE email_key = $1`,
      [emailKey],
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
    const [, count] = await tx.query<[unknown[], number]>(
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

  async updateName(tx: Tx, id: string, name: string): Promise<void> {
    await tx.query('UPDATE users SET name = $2, updated_at = clock_timestamp() WHERE id = $1', [id, name]);
  }

  /** Whether the address was unproven until now. */
  async markEmailVerified(tx: Tx, id: string): Promise<boolean> {
    const [, count] = await tx.query<[unknown[], number]>(
      `UPDATE users SET email_verified_at = clock_timestamp(), updated_at = clock_timestamp()
      WHERE id = $1 AND email_verified_at IS NULL`,
      [id],
    );
    return count > 0;
  }

  async deleteUser(tx: Tx, id: string): Promise<void> {
    await tx.delete(User, { id });
  }
}
