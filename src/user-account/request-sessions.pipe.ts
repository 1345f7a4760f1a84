/**
 * The sessions that a request carries, on routes that need none but treat a user with one differently. Personal tokens
 * do not count: their holder need not know the password.
 */
import { createParamDecorator, Injectable, type ExecutionContext, type PipeTransform } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { CrossSiteGuard } from '../auth/guards/cross-site.guard.js';
import { SessionCookies } from '../auth/sessions/session-cookies.service.js';
import { SessionTokenService } from '../auth/sessions/session-token.service.js';
import { SessionsService } from '../auth/sessions/sessions.service.js';
import { credentialOf } from '../credentials/request-credential.js';
import { CredentialVerifier } from '../verification/credential-verifier.service.js';

/** The ids of the users; seldom more than one. */
export type CarriedSessions = ReadonlySet<string>;

const RawRequest = createParamDecorator((_: unknown, context: ExecutionContext): FastifyRequest =>
  context.switchToHttp().getRequest<FastifyRequest>(),
);

@Injectable()
export class RequestSessionsPipe implements PipeTransform<FastifyRequest, Promise<CarriedSessions>> {
  constructor(
    private readonly verifier: CredentialVerifier,
    private readonly tokens: SessionTokenService,
    private readonly sessions: SessionsService,
    private readonly cookies: SessionCookies,
    private readonly crossSite: CrossSiteGuard,
  ) {}

  /** Invalid credentials are ignored. Throws `ambiguous_credentials`, and `unavailable` as the guard does. */
  async transform(request: FastifyRequest): Promise<CarriedSessions> {
    const users = [await this.userOfBearer(request), await this.userOfCookie(request)];
    return new Set(users.filter((id) => id !== null));
  }

  private async userOfBearer(request: FastifyRequest): Promise<string | null> {
    const credential = credentialOf(request.raw);
    const claims = credential === null ? null : this.tokens.verify(credential);
    if (!claims) return null;
    const verification = await this.verifier.verifySession(claims);
    return verification.ok ? verification.principal.user.id : null;
  }

  /** Ignores a cookie that a foreign site may have made the browser send. */
  private async userOfCookie(request: FastifyRequest): Promise<string | null> {
    return this.crossSite.isCrossSite(request) ? null : this.sessions.userOf(this.cookies.presented(request));
  }
}

export const Carried = (): ParameterDecorator => RawRequest(RequestSessionsPipe);
