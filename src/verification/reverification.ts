/**
 * Verifies a caller once more inside a transaction, for the few acts whose effect outlives the caller's right to them,
 * such as issuing a token. The guards' facts may be a moment old, and in that moment the right may have been taken away.
 */
import { Injectable } from '@nestjs/common';
import { userOf, type Principal } from '../auth/principal.js';
import type { Tx } from '../database/transactions.js';
import { AppError } from '../errors/app-error.js';
import { sessionFacts, tokenFacts, type SessionRow, type TokenRow } from './fact-rows.js';
import { READ_SESSION_FACTS, READ_TOKEN_FACTS_BY_ID } from './facts.sql.js';
import { judgeSession, judgeToken } from './judge.js';
import { refused, type Verification } from './verification.js';

@Injectable()
export class Reverification {
  /**
   * The principal as the rows say now. Those rows cannot change until the transaction ends: whoever takes the right away
   * does so either before this call, which then throws `invalid_token` or answers less, or after the transaction.
   * Locks on users and organizations that the transaction needs must be taken before.
   */
  async hold(tx: Tx, principal: Principal): Promise<Principal> {
    const user = userOf(principal);
    const table = principal.kind === 'session' ? 'sessions' : 'access_tokens';
    const id = principal.kind === 'session' ? principal.sessionId : principal.token.id;
    await tx.query(`SELECT 1 FROM ${table} WHERE id = $1 FOR SHARE`, [id]);
    if (user) await tx.query('SELECT 1 FROM memberships WHERE user_id = $1 ORDER BY organization_id FOR SHARE', [user.id]);
    const verification = await reread(tx, principal, id);
    if (!verification.ok) throw new AppError('invalid_token', { detail: 'The credential is not valid.' });
    return verification.principal;
  }
}

async function reread(tx: Tx, principal: Principal, id: string): Promise<Verification> {
  if (principal.kind === 'session') {
    const [row] = await tx.query<SessionRow[]>(READ_SESSION_FACTS, [id]);
    const facts = row && sessionFacts(row);
    return facts ? judgeSession(facts, principal.user.id, row.now) : refused('unknown');
  }
  const [row] = await tx.query<TokenRow[]>(READ_TOKEN_FACTS_BY_ID, [id]);
  const facts = row && tokenFacts(row);
  return facts ? judgeToken(facts, row.now) : refused('unknown');
}
