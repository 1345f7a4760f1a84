/**
 * Reads facts from the primary, one read per verification. It has a small `pg` pool of its own, so that requests that
 * hold the ORM's connections can never starve verification, nor the other way round.
 */
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import { AppConfig } from '../../config/app-config.js';
import { AppError } from '../errors/app-error.js';
import { within } from './deadline.js';
import { sessionFacts, tokenFacts, type SessionRow, type TokenRow } from './fact-rows.js';
import { READ_SESSION_FACTS, READ_TOKEN_FACTS } from './facts.sql.js';
import type { SessionRowFacts, Snapshot, TokenRowFacts } from './facts.js';

export const VERIFICATION_POOL = Symbol('VERIFICATION_POOL');

@Injectable()
export class FactReader implements OnApplicationShutdown {
  constructor(
    @Inject(VERIFICATION_POOL) private readonly pool: pg.Pool,
    private readonly config: AppConfig,
  ) {}

  /** After the last request was answered, and not earlier: those in flight still have to be verified. */
  async onApplicationShutdown(): Promise<void> {
    await this.pool.end();
  }

  /** The token with this selector. Throws `unavailable` when the primary does not confirm in time. */
  async readToken(selector: string): Promise<Snapshot<TokenRowFacts>> {
    const row = await this.readOne<TokenRow>('latchkey-token-facts', READ_TOKEN_FACTS, selector);
    return { now: row.now, facts: tokenFacts(row) };
  }

  /** The session with this id, a UUID. Throws `unavailable` when the primary does not confirm in time. */
  async readSession(sessionId: string): Promise<Snapshot<SessionRowFacts>> {
    const row = await this.readOne<SessionRow>('latchkey-session-facts', READ_SESSION_FACTS, sessionId);
    return { now: row.now, facts: sessionFacts(row) };
  }

  /** Fails closed: whatever goes wrong is 503, never an accept and never a 401 for a token that may be alive. */
  private async readOne<R extends { in_recovery: boolean }>(name: string, text: string, value: string): Promise<R> {
    try {
      const query = this.pool.query({ name, text, values: [value] });
      const { rows } = await within(this.config.verification.timeoutMs, query);
      const [row] = rows as R[];
      if (!row) throw new Error(`${name} answered no row`);
      if (row.in_recovery) throw new Error('the database is a replica, which may be behind');
      return row;
    } catch (cause) {
      throw new AppError('unavailable', { internal: 'a credential could not be confirmed', retryAfterSeconds: 1, cause });
    }
  }
}
