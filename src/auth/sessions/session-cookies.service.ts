/**
 * The delivery of a session's credentials to the browser: the bearer token in the body, the refresh token in a cookie
 * that scripts cannot read. The `__Host-` prefix keeps sibling hosts from setting one (RFC 6265bis section 4.1.3.2).
 */
import type { CookieSerializeOptions } from '@fastify/cookie';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppConfig } from '../../../config/app-config.js';
import type { SignedInResponse } from './dto/sessions.responses.js';
import { SessionTokenService } from './session-token.service.js';
import type { OpenedSession } from './sessions.service.js';

@Injectable()
export class SessionCookies {
  private readonly cookieName: string;
  private readonly cookieOptions: CookieSerializeOptions;

  constructor(
    { http }: AppConfig,
    private readonly tokens: SessionTokenService,
  ) {
    const secure = http.publicUrl.startsWith('https:');
    this.cookieName = secure ? '__Host-latchkey_refresh' : 'latchkey_refresh';
    this.cookieOptions = { secure, httpOnly: true, sameSite: 'strict', path: '/' };
  }

  /** Returns the refresh token that the request presents. */
  presented(request: FastifyRequest): string | undefined {
    return request.cookies[this.cookieName];
  }

  deliver(
    reply: FastifyReply,
    { user, sessionId, issuedAt, refreshToken, refreshSeconds }: OpenedSession,
  ): SignedInResponse {
    reply.setCookie(this.cookieName, refreshToken, { ...this.cookieOptions, maxAge: refreshSeconds });
    return {
      accessToken: this.tokens.sign({ userId: user.id, sessionId, issuedAt }),
      tokenType: 'Bearer',
      expiresIn: this.tokens.lifetimeSeconds,
      user: { id: user.id, email: user.email, name: user.name },
    };
  }

  clear(reply: FastifyReply): void {
    reply.clearCookie(this.cookieName, this.cookieOptions);
  }
}
