/**
 * Prometheus metrics of requests. Labels have few values: the route's template, the status class, the kind of
 * credential and the refusal. No label names a person, a tenant or a token.
 */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';
import { routeOf } from '../platform/logging/logging.js';
import type { Refusal } from '../verification/verification-outcome.js';

const PREFIX = 'latchkey_';
const DURATIONS = `${PREFIX}http_request_duration_seconds`;
const REFUSALS = ['malformed', 'unknown', 'revoked', 'expired', 'owner-gone', 'organization-gone'] satisfies Refusal[];
const HTTP_LABELS = ['method', 'route', 'status'] as const;

@Injectable()
export class HttpMetrics implements OnModuleInit {
  /** Own registry: the library's default is one per process, and a process may run several services. */
  readonly registry = new Registry();

  private readonly durations = new Histogram({
    name: DURATIONS,
    help: 'From the arrival of the headers to the last byte of the answer.',
    labelNames: HTTP_LABELS,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [this.registry],
  });
  /** Derived from the durations at collection, so that a request updates one metric only. */
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
    // After the await: two concurrent collections would otherwise both add to one reset counter.
    this.requests.reset();
    for (const { metricName, labels, value } of values) {
      if (metricName === `${DURATIONS}_count`) this.requests.inc(labels, value);
    }
  }
}

/**
 * Outcome of a request's credential. The JWT library's messages are free text; each means that this service did not
 * issue the token.
 */
function outcomeOf({ principal, refusal }: FastifyRequest): string | null {
  if (principal) return principal.kind;
  if (refusal === undefined) return null;
  return REFUSALS.some((known) => known === refusal) ? refusal : 'malformed';
}
