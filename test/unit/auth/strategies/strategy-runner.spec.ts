/** What a Passport strategy reports is what the guard learns, and attempts at one strategy do not meet. */
import { describe, expect, it } from '@jest/globals';
import type { FastifyRequest } from 'fastify';
import passport from 'passport';
import type { Principal } from '../../../../src/access-control/principal.js';
import { StrategyRunner } from '../../../../src/auth/strategies/strategy-runner.js';

type Report = (attempt: passport.StrategyCreated<passport.Strategy>) => void;

/** Does what the "request" says, after a turn, as a strategy does that asks a database. */
class Obedient extends passport.Strategy {
  readonly ownField = 'kept';

  override authenticate(request: unknown): void {
    setImmediate(() => (request as Report)(this as never));
  }
}

const runner = new StrategyRunner(new Obedient());
const ask = (report: Report): ReturnType<StrategyRunner['run']> => runner.run(report as unknown as FastifyRequest);
const principal = { kind: 'session' } as Principal;

describe('an attempt', () => {
  it('succeeds with the principal', async () => {
    await expect(ask((attempt) => attempt.success(principal))).resolves.toEqual({ principal, refusal: undefined });
  });

  it('fails with whatever the strategy gives as its reason', async () => {
    const reason = new Error('jwt malformed');
    await expect(ask((attempt) => attempt.fail(reason))).resolves.toEqual({ principal: false, refusal: reason });
  });

  it('rejects with the strategy’s error, and makes one of what is none', async () => {
    const broken = new Error('broken');
    await expect(ask((attempt) => attempt.error(broken))).rejects.toBe(broken);
    await expect(ask((attempt) => attempt.error('text'))).rejects.toMatchObject({ cause: 'text' });
  });

  it('inherits from its strategy', async () => {
    let seen: unknown;
    await ask((attempt) => {
      seen = [attempt instanceof Obedient, (attempt as Obedient).ownField];
      attempt.fail('seen');
    });
    expect(seen).toEqual([true, 'kept']);
  });

  it('has an outcome of its own among many at once', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, (_, index) => ask((attempt) => attempt.fail(`refusal ${String(index)}`))),
    );
    expect(outcomes.map(({ refusal }) => refusal)).toEqual(outcomes.map((_, index) => `refusal ${String(index)}`));
  });
});
