/**
 * Asks a Passport strategy about a request. Passport's own middleware makes an object of six closures for it each time,
 * which takes a fifth of a guarded request and leaves V8 garbage that outlives its generation (docs/decisions/0014). Here
 * the outcomes are methods that all attempts share; to the strategy it is the same.
 */
import type { FastifyRequest } from 'fastify';
import type passport from 'passport';
import type { Principal } from '../../access-control/principal.js';

export interface Outcome {
  readonly principal: Principal | false;
  /** Why there is no principal; what a library says here is of any type. */
  readonly refusal: unknown;
}

export class StrategyRunner {
  private readonly Attempt: ReturnType<typeof attemptsAt>;

  constructor(strategy: passport.Strategy) {
    this.Attempt = attemptsAt(strategy);
  }

  /** Rejects when the strategy could not come to an outcome. */
  run(request: FastifyRequest): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      new this.Attempt(resolve, reject).authenticate(request);
    });
  }
}

/** As in Passport, an attempt inherits from its strategy, which reports the outcome by calling one of these methods. */
function attemptsAt(strategy: passport.Strategy) {
  class Attempt {
    /** The strategy's own. Passport's types name Express's request; the strategies here read what both have. */
    declare readonly authenticate: (request: FastifyRequest) => void;

    constructor(
      private readonly resolve: (outcome: Outcome) => void,
      private readonly reject: (error: Error) => void,
    ) {}

    success(principal: Principal): void {
      this.resolve({ principal, refusal: undefined });
    }

    fail(refusal: unknown): void {
      this.resolve({ principal: false, refusal });
    }

    error(error: unknown): void {
      this.reject(error instanceof Error ? error : new Error('authentication failed', { cause: error }));
    }
  }
  Object.setPrototypeOf(Attempt.prototype, strategy);
  return Attempt;
}
