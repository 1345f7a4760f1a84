/**
 * What Prometheus learns of requests. Every label has few values: the template of the route and never its path, the class
 * of the status, the kind of a credential and why it was refused; nothing that names a person, a tenant or a token.
 */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';
import type { Refusal } from '../verification/verification-outcome.js';
import { routeOf } from '../platform/logging/logging.js';

const PREFIX = 'latchkey_';
const DURATIONS = `${PREFIX}http_request_duration_seconds`;
const REFUSALS = ['malformed', 'unknown', 'revoked', 'expired', 'owner-gone', 'organization-gone'] satisfies Refusal[];
const HTTP_LABELS = ['method', 'route', 'status'] as const;

@Injectable()
export class HttpMetrics implements OnModuleInit {
  /** An own one: the library's default is one per process, and a process may hold several services. */
  readonly registry = new Registry();

  private readonly durations = new Histogram({
    name: DURATIONS,
    help: 'From the arrival of the headers to the last byte of the answer.',
    labelNames: HTTP_LABELS,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [this.registry],
  });
  /** Read off the durations when somebody asks: what a request costs is to find its counter, and one is enough. */
  private readonly requests = new Counter({
    name: `${PREFIX}http_requests_total`,
    help: 'Requests answered.',
    labelNames: HTTP_LABELS,
    registers: [this.registry],
    collect: () => this.countRequests(),
  });
  private readonly verifications = new Counter({
    name: `${PREFIX}credential_verifications_total`,
    help: 'Credentials presented, by what became of them.',
    labelNames: ['outcome'] as const,
    registers: [this.registry],
  });

  constructor(private readonly host: HttpAdapterHost) {}

  onModuleInit(): void {
    collectDefaultMetrics({ register: this.registry, prefix: PREFIX });
    const server = this.host.httpAdapter.getInstance<FastifyInstance>();
    server.addHook('onResponse', (request, reply, done) => {
      this.observe(request, reply);
      done();
    });
  }

  private observe(request: FastifyRequest, reply: FastifyReply): void {
    const status = `${String(Math.trunc(reply.statusCode / 100))}xx`;
    const labels = { method: request.method, route: routeOf(request) ?? 'none', status };
    this.durations.observe(labels, reply.elapsedTime / 1000);
    const outcome = outcomeOf(request);
    if (outcome !== null) this.verifications.inc({ outcome });
  }

  private async countRequests(): Promise<void> {
    const { values } = await this.durations.get();
    // Behind the wait: two who ask at once would otherwise both add to one reset counter.
    this.requests.reset();
    for (const { metricName, labels, value } of values) {
      if (metricName === `${DURATIONS}_count`) this.requests.inc(labels, value);
    }
  }
}

/** What a JWT library says about a bad signature is free text; all of it means that this service did not issue it. */
function outcomeOf({ principal, refusal }: FastifyRequest): string | null {
  if (principal) return principal.kind;
  if (refusal === undefined) return null;
  return REFUSALS.some((known) => known === refusal) ? refusal : 'malformed';
}
