/**
 * The guard that keeps foreign sites from using the refresh cookie (cross-site request forgery). The cookie is
 * SameSite=Strict. The guard covers browsers that ignore the attribute, and sibling origins. Clients other than
 * browsers send neither header.
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
 * Whether a request came from a foreign site. Only a browser can send `same-origin`, and no page can forge it (Fetch
 * Metadata, section 2.3). `none` means that the user started the request. A page of the same site has another origin,
 * which must be listed, and must therefore be sent.
 */
function isForeign(site: unknown, origin: string | undefined, listed: ReadonlySet<string>): boolean {
  if (site === 'same-origin') return false;
  return origin === undefined ? site !== undefined && site !== 'none' : !listed.has(origin);
}
