/**
 * The verifier of every credential: parse, confirm under a fence, compare, apply the rules. Facts are cached between
 * requests and confirmed anew for each request; a decision is never cached.
 */
import { Injectable } from '@nestjs/common';
import { AppConfig, type VersionedKey } from '../../config/app-config.js';
import type { SessionPrincipal, TokenPrincipal } from '../access-control/principal.js';
import { parseToken } from '../credentials/token-format.js';
import { matchesHash } from '../credentials/token-secret.js';
import { AppError } from '../platform/errors/app-error.js';
import { verifySessionFacts, verifyTokenFacts } from './credential-rules.js';
import { Fence } from './fence.js';
import { StaleHashesBuffer } from './usage/stale-hashes.buffer.js';
import { refused, type Verification } from './verification-outcome.js';

/** The claims of a session's bearer token. */
interface BearerClaims {
  readonly sessionId: string;
  readonly userId: string;
  readonly expiresAt: Date;
}

@Injectable()
export class CredentialVerifier {
  constructor(
    private readonly fence: Fence,
    private readonly staleHashes: StaleHashesBuffer,
    private readonly config: AppConfig,
  ) {}

  /**
   * Verifies a presented access token. Text that this service cannot have issued is refused without a query. Throws
   * `unavailable` when freshness cannot be confirmed in time.
   */
  async verifyToken(presented: string): Promise<Verification<TokenPrincipal>> {
    const parsed = parseToken(this.config.tokens.prefix, presented);
    if (!parsed) return refused('malformed');
    const { facts, now } = await this.fence.confirm({ kind: 'token', selector: parsed.selector });
    if (!facts || facts.kind === 'session' || facts.token.kind !== parsed.kind) return refused('unknown');
    const verification = verifyTokenFacts(facts, now);
    const key = this.keyOf(facts.token.hashKeyVersion);
    if (!key && verification.ok) throw missingKey(facts.token.hashKeyVersion);
    if (!key || !matchesHash(parsed.secret, facts.token.secretHash, key)) return refused('unknown');
    if (verification.ok) this.staleHashes.note(facts.token, parsed.secret);
    return verification;
  }

  /** Verifies a session by the claims of its bearer token, whose signature was already checked. Both ids are UUIDs. */
  async verifySession({ sessionId, userId, expiresAt }: BearerClaims): Promise<Verification<SessionPrincipal>> {
    const { facts, now } = await this.fence.confirm({ kind: 'session', id: sessionId });
    if (!(expiresAt > now)) return refused('expired');
    return facts?.kind === 'session' ? verifySessionFacts(facts, userId, now) : refused('unknown');
  }

  private keyOf(hashKeyVersion: string): VersionedKey | undefined {
    return this.config.tokens.hashKeys.find(({ version }) => version === hashKeyVersion);
  }
}

/** Another instance has a key that this one lacks: the token may well be alive, so a 401 would be wrong. */
function missingKey(version: string): AppError {
  return new AppError('unavailable', { internal: `TOKEN_HASH_KEYS lacks version ${version}`, retryAfterSeconds: 1 });
}
