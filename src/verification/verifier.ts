/**
 * The one door through which every credential goes. Tokens and sessions are looked up on the primary on every request
 * and judged there and then; nothing is remembered between requests, so nothing can be stale.
 */
import { Injectable } from '@nestjs/common';
import { AppConfig } from '../../config/app-config.js';
import { parseToken, type ParsedToken } from '../access-tokens/token-format.js';
import { matchesHash } from '../access-tokens/token-secret.js';
import type { SessionPrincipal, TokenPrincipal } from '../auth/principal.js';
import { FactReader } from './fact-reader.js';
import type { TokenRowFacts } from './facts.js';
import { judgeSession, judgeToken } from './judge.js';
import { refused, type Verification } from './verification.js';

@Injectable()
export class Verifier {
  constructor(
    private readonly facts: FactReader,
    private readonly config: AppConfig,
  ) {}

  /**
   * Verifies a presented access token. Text that this service cannot have issued is refused without a query; throws
   * `unavailable` when freshness cannot be confirmed in time.
   */
  async verifyToken(presented: string): Promise<Verification<TokenPrincipal>> {
    const parsed = parseToken(this.config.tokens.prefix, presented);
    if (!parsed) return refused('malformed');
    const { facts, now } = await this.facts.readToken(parsed.selector);
    if (!facts || !this.isGenuine(parsed, facts)) return refused('unknown');
    return judgeToken(facts, now);
  }

  /** Verifies that a session, whose signed token was already checked, still stands. Both ids are UUIDs. */
  async verifySession(sessionId: string, userId: string): Promise<Verification<SessionPrincipal>> {
    const { facts, now } = await this.facts.readSession(sessionId);
    return facts ? judgeSession(facts, userId, now) : refused('unknown');
  }

  private isGenuine(parsed: ParsedToken, facts: TokenRowFacts): boolean {
    const key = this.config.tokens.hashKeys.find(({ version }) => version === facts.hashKeyVersion);
    return key !== undefined && facts.kind === parsed.kind && matchesHash(parsed.secret, facts.secretHash, key);
  }
}
