/**
 * Personal token for an email address and a password, as Tenderly's command line requests it. The sign-in has the usual
 * limits, responses and audit events. Its session issues the token and ends.
 */
import { Injectable } from '@nestjs/common';
import type { Caller, RequestOrigin } from '../../access-control/principal.js';
import { IssuingService } from '../../access-tokens/issuing.service.js';
import { SessionsService, type OpenedSession } from '../../auth/sessions/sessions.service.js';
import type { SignInRequest } from '../../auth/sign-in/dto/sign-in.requests.js';
import { SignInService } from '../../auth/sign-in/sign-in.service.js';
import { AppError } from '../../platform/errors/app-error.js';
import { CredentialVerifier } from '../../verification/credential-verifier.service.js';
import { TenderlyTokenResponse } from './dto/tenderly.responses.js';

const LABEL = 'Signed in with a password';
/**
 * Lifetime of a token for which the client chose no expiry: it has all of its user's rights, so it must not live for
 * ever.
 */
const LIFETIME_MS = 90 * 24 * 3600 * 1000;
/** Lifetime of the session, longer than its single use takes. */
const SESSION_MS = 60_000;

@Injectable()
export class PasswordTokensService {
  constructor(
    private readonly signIns: SignInService,
    private readonly sessions: SessionsService,
    private readonly verifier: CredentialVerifier,
    private readonly issuing: IssuingService,
  ) {}

  async signIn(request: SignInRequest, origin: RequestOrigin): Promise<TenderlyTokenResponse> {
    const opened = await this.signIns.signIn(request, undefined, origin);
    try {
      const caller = await this.callerIn(opened, origin);
      const expiresAt = new Date(opened.issuedAt.getTime() + LIFETIME_MS);
      const owner = { kind: 'user', userId: opened.user.id } as const;
      return TenderlyTokenResponse.of(await this.issuing.issueInFull(owner, caller, { label: LABEL, expiresAt }));
    } finally {
      await this.sessions.signOut(opened.refreshToken, null, origin);
    }
  }

  private async callerIn({ user, sessionId, issuedAt }: OpenedSession, origin: RequestOrigin): Promise<Caller> {
    const expiresAt = new Date(issuedAt.getTime() + SESSION_MS);
    const verification = await this.verifier.verifySession({ sessionId, userId: user.id, expiresAt });
    if (!verification.ok) throw new AppError('invalid_credentials', { detail: 'The session has just been ended.' });
    return { ...origin, principal: verification.principal };
  }
}
