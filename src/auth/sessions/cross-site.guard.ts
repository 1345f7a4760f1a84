/**
 * Keeps foreign sites from using the refresh cookie (cross-site request forgery). The cookie is SameSite=Strict; this
 * holds where a browser does not honour that, and against sibling sites. Clients that are no browsers send neither header.
 */
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AppConfig } from '../../../config/app-config.js';
import { AppError } from '../../errors/app-error.js';

@Injectable()
export class CrossSiteGuard implements CanActivate {
  private readonly origins: ReadonlySet<string>;

  constructor({ http }: AppConfig) {
    this.origins = new Set([new URL(http.publicUrl).origin, ...http.corsOrigins]);
  }

  canActivate(context: ExecutionContext): boolean {
    const { headers } = context.switchToHttp().getRequest<FastifyRequest>();
    const isForeign =
      headers.origin === undefined ? headers['sec-fetch-site'] === 'cross-site' : !this.origins.has(headers.origin);
    if (isForeign) throw new AppError('cross_site_request', { detail: 'This site may not use the session.' });
    return true;
  }
}
