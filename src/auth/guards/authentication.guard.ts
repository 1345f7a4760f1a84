/**
 * The first global guard: establishes the principal, or responds with 401. Closed by default: only routes declared
 * `@Public()` pass without a credential. The reason of a refusal is counted and logged, and never sent.
 */
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { addressOf } from '../../access-control/current-caller.decorator.js';
import { REQUIREMENT, type Requirement } from '../../access-control/requires.decorator.js';
import { credentialOf } from '../../credentials/request-credential.js';
import { AppError } from '../../platform/errors/app-error.js';
import { sourceOf } from '../../platform/rate-limits/network-source.js';
import { RateLimits } from '../../platform/rate-limits/rate-limits.service.js';
import { AccessTokenStrategy } from '../strategies/access-token.strategy.js';
import { SessionStrategy } from '../strategies/session.strategy.js';
import { StrategyRunner } from '../strategies/strategy-runner.js';

@Injectable()
export class AuthenticationGuard implements CanActivate {
  private readonly sessions: StrategyRunner;
  private readonly accessTokens: StrategyRunner;

  constructor(
    private readonly reflector: Reflector,
    private readonly rateLimits: RateLimits,
    sessions: SessionStrategy,
    accessTokens: AccessTokenStrategy,
  ) {
    this.sessions = new StrategyRunner(sessions);
    this.accessTokens = new StrategyRunner(accessTokens);
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const requirement = this.reflector.get<Requirement | undefined>(REQUIREMENT, context.getHandler());
    if (requirement?.public) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const credential = credentialOf(request.raw);
    if (credential === null) throw new AppError('unauthenticated', { detail: 'Send a bearer token.' });
    // Only a session's bearer token contains dots (RFC 7515 section 3.1), so exactly one strategy runs.
    const strategy = credential.includes('.') ? this.sessions : this.accessTokens;
    const { principal, refusal } = await strategy.run(request);
    if (!principal) return this.refuse(request, String(refusal));
    request.principal = principal;
    return true;
  }

  /** Only a guessed token counts against its source: a revoked one was once issued, and garbage costs nothing. */
  private async refuse(request: FastifyRequest, refusal: string): Promise<never> {
    request.refusal = refusal;
    request.log.info({ refusal }, 'credential refused');
    if (refusal === 'unknown') await this.rateLimits.count('failedTokens', sourceOf(addressOf(request)));
    throw new AppError('invalid_token', { detail: 'The credential is not valid.' });
  }
}
