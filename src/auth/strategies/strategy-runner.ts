/**
 * The call of a Passport strategy. Passport's own middleware allocates an object of six closures each time. That takes
 * a fifth of a guarded request and leaves long-lived garbage (docs/decisions/0014-passport-without-its-middleware.md).
 * Here the outcomes are methods shared by all attempts; the strategy sees no difference.
 */
import type { FastifyRequest } from 'fastify';
import type passport from 'passport';
import type { Principal } from '../../access-control/principal.js';

export interface Outcome {
  readonly principal: Principal | false;
  /** Why there is no principal; a library may return any type. */
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
    /**
     * The strategy's own method. Passport's types name Express's request; the strategies here read members that both
     * have.
     */
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
