/**
 * The first global guard: establishes the principal or answers 401. Closed by default: only routes declared `@Public()`
 * pass without a credential. Why a credential was refused is counted and logged, and never told.
 */
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import passport from 'passport';
import { AppError } from '../errors/app-error.js';
import { REQUIREMENT, type Requirement } from '../policy/requires.decorator.js';
import { RateLimits } from '../rate-limits/rate-limits.js';
import { sourceOf } from '../rate-limits/source.js';
import { ACCESS_TOKEN_STRATEGY, AccessTokenStrategy } from './access-token.strategy.js';
import { credentialOf } from './credential.js';
import { originOf } from './current-caller.decorator.js';
import type { Principal } from './principal.js';
import { SESSION_STRATEGY, SessionStrategy } from './session.strategy.js';

@Injectable()
export class AuthenticationGuard implements CanActivate {
  /** An instance of its own: Passport's default export is one per process, and a process may hold several services. */
  private readonly passport = new passport.Passport();

  constructor(
    private readonly reflector: Reflector,
    private readonly rateLimits: RateLimits,
    sessions: SessionStrategy,
    accessTokens: AccessTokenStrategy,
  ) {
    this.passport.use(SESSION_STRATEGY, sessions);
    this.passport.use(ACCESS_TOKEN_STRATEGY, accessTokens);
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const requirement = this.reflector.get<Requirement | undefined>(REQUIREMENT, context.getHandler());
    if (requirement?.public) return true;
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const credential = credentialOf(request.raw);
    if (credential === null) throw new AppError('unauthenticated', { detail: 'Send a bearer token.' });
    // Only a session's bearer has dots (RFC 7515 section 3.1), so exactly one strategy is asked.
    const strategy = credential.includes('.') ? SESSION_STRATEGY : ACCESS_TOKEN_STRATEGY;
    const { principal, refusal } = await this.authenticate(strategy, request, http.getResponse<FastifyReply>());
    if (!principal) return this.refuse(request, String(refusal));
    request.principal = principal;
    return true;
  }

  private authenticate(
    strategy: string,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<{ principal: Principal | false; refusal: unknown }> {
    return new Promise((resolve, reject) => {
      const done = (error: Error | null, principal: Principal | false, refusal: unknown): void => {
        if (error) reject(error instanceof Error ? error : new Error('authentication failed', { cause: error }));
        else resolve({ principal, refusal });
      };
      const middleware = this.passport.authenticate(strategy, { session: false }, done) as PassportMiddleware;
      middleware(request, reply, reject);
    });
  }

  /** Only a guess at a token counts against its source: a revoked one was once issued, garbage costs nothing. */
  private async refuse(request: FastifyRequest, refusal: string): Promise<never> {
    request.refusal = refusal;
    request.log.info({ refusal }, 'credential refused');
    if (refusal === 'unknown') await this.rateLimits.count('failedTokens', sourceOf(originOf(request).ip));
    throw new AppError('invalid_token', { detail: 'The credential is not valid.' });
  }
}

type PassportMiddleware = (request: FastifyRequest, reply: FastifyReply, next: (error: Error) => void) => void;
