/** Passport strategy for access tokens, personal and organization ones. */
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Strategy } from 'passport-strategy';
import { LastUse } from '../access-tokens/last-use.js';
import { Verifier } from '../verification/verifier.js';
import { credentialOf } from './credential.js';
import { originOf } from './current-caller.decorator.js';

export const ACCESS_TOKEN_STRATEGY = 'access-token';

@Injectable()
export class AccessTokenStrategy extends Strategy {
  constructor(
    private readonly verifier: Verifier,
    private readonly lastUse: LastUse,
  ) {
    super();
  }

  override authenticate(request: unknown): void {
    this.verify(request as FastifyRequest).catch((error: unknown) => {
      this.error(error as Error);
    });
  }

  private async verify(request: FastifyRequest): Promise<void> {
    const verification = await this.verifier.verifyToken(credentialOf(request.raw) ?? '');
    if (!verification.ok) {
      this.fail(verification.refusal, 401);
      return;
    }
    this.lastUse.note(verification.principal.token.id, originOf(request).ip);
    this.success(verification.principal);
  }
}
