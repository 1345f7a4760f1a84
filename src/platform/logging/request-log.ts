/**
 * The logger of one request, with the request's id. It is created for the first line: creating one costs more than
 * verifying a token, and most requests log nothing above `info`.
 */
import type { FastifyBaseLogger } from 'fastify';
import { redacted } from './redaction.js';

type Bindings = Parameters<FastifyBaseLogger['child']>[0];
type ChildOptions = Parameters<FastifyBaseLogger['child']>[1];
type Line = [detail: unknown, message?: string, ...values: unknown[]];

export class RequestLog implements FastifyBaseLogger {
  private made: FastifyBaseLogger | null = null;

  constructor(
    private readonly parent: FastifyBaseLogger,
    private readonly bindings: Bindings,
  ) {}

  get level(): string {
    return this.parent.level;
  }

  fatal(...line: Line): void {
    if (this.writes('fatal')) this.own.fatal(...line);
  }

  error(...line: Line): void {
    if (this.writes('error')) this.own.error(...line);
  }

  warn(...line: Line): void {
    if (this.writes('warn')) this.own.warn(...line);
  }

  info(...line: Line): void {
    if (this.writes('info')) this.own.info(...line);
  }

  debug(...line: Line): void {
    if (this.writes('debug')) this.own.debug(...line);
  }

  trace(...line: Line): void {
    if (this.writes('trace')) this.own.trace(...line);
  }

  silent(): void {
    // The level `silent` writes nothing.
  }

  child(bindings: Bindings, options?: ChildOptions): FastifyBaseLogger {
    return this.own.child(redacted(bindings), options);
  }

  /** Whether the level is enabled: pino gives a disabled level its function for `silent`. */
  private writes(level: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace'): boolean {
    return this.parent[level] !== this.parent.silent;
  }

  private get own(): FastifyBaseLogger {
    return (this.made ??= this.parent.child(redacted(this.bindings)));
  }
}
