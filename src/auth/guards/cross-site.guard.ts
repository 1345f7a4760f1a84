/**
 * Keeps foreign sites from using the refresh cookie (cross-site request forgery). The cookie is SameSite=Strict; this
 * holds where a browser does not honour that, and against sibling origins. Clients that are no browsers send neither header.
 */
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AppConfig } from '../../../config/app-config.js';
import { AppError } from '../../platform/errors/app-error.js';

@Injectable()
export class CrossSiteGuard implements CanActivate {
  private readonly origins: ReadonlySet<string>;

  constructor({ http }: AppConfig) {
    this.origins = new Set([new URL(http.publicUrl).origin, ...http.corsOrigins]);
  }

  canActivate(context: ExecutionContext): boolean {
    if (this.isCrossSite(context.switchToHttp().getRequest<FastifyRequest>()))
      throw new AppError('cross_site_request', { detail: 'This site may not use the session.' });
    return true;
  }

  isCrossSite({ headers }: FastifyRequest): boolean {
    return isForeign(headers['sec-fetch-site'], headers.origin, this.origins);
  }
}

/**
 * Only a browser can say `same-origin`, and no page can make it say so (Fetch Metadata, section 2.3). `none` is the person
 * at the browser. A page of the same site is another origin, which has to be listed, and so has to name itself.
 */
function isForeign(site: unknown, origin: string | undefined, listed: ReadonlySet<string>): boolean {
  if (site === 'same-origin') return false;
  return origin === undefined ? site !== undefined && site !== 'none' : !listed.has(origin);
}
