/** The Passport strategy for access tokens, personal and organization ones. */
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import passport from 'passport';
import { addressOf } from '../../access-control/current-caller.decorator.js';
import { credentialOf } from '../../credentials/request-credential.js';
import { CredentialVerifier } from '../../verification/credential-verifier.service.js';
import { LastUseBuffer } from '../../verification/usage/last-use.buffer.js';

@Injectable()
export class AccessTokenStrategy extends passport.Strategy {
  constructor(
    private readonly verifier: CredentialVerifier,
    private readonly lastUse: LastUseBuffer,
  ) {
    super();
  }

  override authenticate(request: unknown): void {
    this.verify(request as FastifyRequest).catch((error: unknown) => {
      this.error(error);
    });
  }

  private async verify(request: FastifyRequest): Promise<void> {
    const verification = await this.verifier.verifyToken(credentialOf(request.raw) ?? '');
    if (!verification.ok) {
      this.fail(verification.refusal, 401);
      return;
    }
    this.lastUse.note(verification.principal.token.id, addressOf(request));
    this.success(verification.principal);
  }
}
