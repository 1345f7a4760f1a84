/** Who may read the metrics. They hold no secret, but they tell a stranger how busy a service is and when it fails. */
import { timingSafeEqual } from 'node:crypto';
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AppConfig } from '../../config/app-config.js';
import { credentialOf } from '../auth/credential.js';
import { notFound } from '../errors/app-error.js';

const LOOPBACK = /^(?:127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/;
/** Whoever sends one of these is a proxy, and its client may be anybody. */
const PROXY_HEADERS = /^(?:forwarded|via|x-real-ip|x-forwarded-.+|cf-connecting-ip|true-client-ip)$/;

@Injectable()
export class MetricsAccess implements CanActivate {
  constructor(private readonly config: AppConfig) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const { metricsToken } = this.config.http;
    const isAllowed = metricsToken === null ? isLocal(request) : presents(metricsToken, request);
    if (!isAllowed) throw notFound();
    return true;
  }
}

/** By the socket, not by `request.ip`, which a trusted proxy's headers decide. */
function isLocal({ socket, headers }: FastifyRequest): boolean {
  const isProxied = Object.keys(headers).some((name) => PROXY_HEADERS.test(name));
  return !isProxied && LOOPBACK.test(socket.remoteAddress ?? '');
}

/** Compared in constant time; only the length of the token can be learned from how long it takes. */
function presents(token: string, request: FastifyRequest): boolean {
  const expected = Buffer.from(token);
  const presented = Buffer.from(credentialOf(request.raw) ?? '');
  return presented.length === expected.length && timingSafeEqual(presented, expected);
}
