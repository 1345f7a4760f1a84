import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  isExplained,
  violationsIn,
  wasUndone,
  type History,
  type Outcome,
  type Probe,
} from '../../../faults/history.js';

const PROBE_MS = 10;

function probe(start: number, outcome: Outcome, end = start + PROBE_MS): Probe {
  return { instance: 'a', start, end, outcome, status: null };
}

/** Revoked between 100 and 200. */
function history(probes: readonly Probe[], fields: Partial<History> = {}): History {
  return { subject: 'revoke', wasIssued: true, refusal: 401, revocation: { start: 100, end: 200 }, probes, ...fields };
}

const kindsIn = (seen: History): string[] => violationsIn(seen).map(({ kind }) => kind);

describe('a history', () => {
  it('finds nothing in accepts before, anything during and refusals after the revocation', () => {
    const probes = [probe(50, 'accepted'), probe(120, 'accepted'), probe(150, 'refused'), probe(201, 'refused')];
    expect(kindsIn(history(probes))).toEqual([]);
  });

  it('finds a stale accept that starts after the acknowledgement', () => {
    expect(kindsIn(history([probe(201, 'accepted')]))).toEqual(['stale accept']);
  });

  it('lets a probe be accepted that started before the acknowledgement, however late its answer', () => {
    expect(kindsIn(history([probe(199, 'accepted', 9_000)]))).toEqual([]);
  });

  it('lets a probe be refused that ended after the revocation began', () => {
    expect(kindsIn(history([probe(10, 'refused', 101)]))).toEqual([]);
  });

  it('finds a resurrection when an accept starts after a refusal ended', () => {
    expect(kindsIn(history([probe(110, 'refused'), probe(121, 'accepted')]))).toEqual(['resurrection']);
  });

  it('does not call an accept a resurrection that overlaps the refusal', () => {
    expect(kindsIn(history([probe(110, 'refused', 130), probe(129, 'accepted')]))).toEqual([]);
  });

  it('finds the resurrection of a revocation that was never acknowledged', () => {
    const revocation = { start: 100, end: null };
    expect(kindsIn(history([probe(500, 'accepted')], { revocation }))).toEqual([]);
    expect(kindsIn(history([probe(300, 'refused'), probe(500, 'accepted')], { revocation }))).toEqual(['resurrection']);
  });

  it('finds a phantom refusal, and no resurrection in the accepts after it', () => {
    expect(kindsIn(history([probe(50, 'refused'), probe(70, 'accepted')]))).toEqual(['phantom refusal']);
  });

  it('calls every refusal a phantom while nobody has revoked', () => {
    expect(kindsIn(history([probe(50, 'refused')], { revocation: null }))).toEqual(['phantom refusal']);
  });

  it('finds a fail-open in any accept of a credential that was never issued', () => {
    const seen = history([probe(1, 'accepted'), probe(2, 'refused')], { wasIssued: false, revocation: null });
    expect(kindsIn(seen)).toEqual(['fail-open']);
  });

  it('finds a fail-open in an accept that lies within a blackout', () => {
    const blackouts = [{ instance: null, start: 10, end: 60 }];
    const probes = [probe(9, 'accepted'), probe(20, 'accepted'), probe(55, 'accepted')];
    expect(violationsIn(history(probes), blackouts)).toEqual([{ kind: 'fail-open', probe: probes[1] }]);
  });

  it('finds a fail-open at the instance that is cut off, and lets the others accept meanwhile', () => {
    const blackouts = [{ instance: 'b', start: 10, end: 60 }];
    const [here, there] = [probe(20, 'accepted'), { ...probe(20, 'accepted'), instance: 'b' }];
    expect(violationsIn(history([here, there]), blackouts)).toEqual([{ kind: 'fail-open', probe: there }]);
  });

  it('lets an instance that is cut off refuse what is dead', () => {
    const blackouts = [{ instance: 'a', start: 210, end: 260 }];
    expect(violationsIn(history([probe(220, 'refused')]), blackouts)).toEqual([]);
  });

  it('excuses accepts of what a failover may have undone, and only those that it answered', () => {
    const seen = history([probe(210, 'accepted'), probe(290, 'accepted', 301)], { undoneFrom: 300 });
    expect(kindsIn(seen)).toEqual(['stale accept']);
    expect(wasUndone(seen)).toBe(true);
    expect(wasUndone(history([probe(301, 'refused')], { undoneFrom: 300 }))).toBe(false);
    expect(wasUndone(history([probe(301, 'accepted')]))).toBe(false);
  });

  it('does not excuse a fail-open by a failover', () => {
    const forged = history([probe(400, 'accepted')], { undoneFrom: 300, wasIssued: false, revocation: null });
    expect(kindsIn(forged)).toEqual(['fail-open']);
  });

  it.each(['unavailable', 'unexpected', 'lost', 'unreachable'] as const)(
    'draws no conclusion from an answer that is %s',
    (outcome) => {
      expect(kindsIn(history([probe(10, outcome), probe(150, outcome), probe(300, outcome)]))).toEqual([]);
    },
  );
});

describe('the formula', () => {
  const instant = fc.integer({ min: 0, max: 400 });
  const outcome = fc.constantFrom<Outcome>('accepted', 'refused', 'unavailable', 'unexpected', 'lost', 'unreachable');
  const anyProbe = fc.tuple(instant, outcome, fc.nat(100)).map(([start, what, ms]) => probe(start, what, start + ms));
  const revocation = fc.option(
    fc.tuple(instant, fc.option(fc.nat(100))).map(([start, ms]) => ({ start, end: ms === null ? null : start + ms })),
  );
  const failover = fc.option(instant, { nil: undefined });
  const anyHistory = fc
    .tuple(fc.array(anyProbe), revocation, fc.boolean(), failover)
    .map(([probes, revoked, wasIssued, undoneFrom]) => history(probes, { revocation: revoked, wasIssued, undoneFrom }));

  it('holds exactly when no probe breaks the promise', () => {
    fc.assert(
      fc.property(anyHistory, (seen) => {
        expect(isExplained(seen)).toBe(violationsIn(seen).length === 0);
      }),
      { numRuns: 2_000 },
    );
  });

  it('accepts whatever a service answers that judges each probe at one instant within it', () => {
    const judged = fc.tuple(instant, fc.nat(100), fc.nat(100));
    const scenario = fc.tuple(fc.array(judged), instant, fc.nat(100), fc.nat(100));
    fc.assert(
      fc.property(scenario, ([probes, dead, before, after]) => {
        const seen = probes.map(([at, early, late]) =>
          probe(at - early, at < dead ? 'accepted' : 'refused', at + late),
        );
        const revoked = { start: dead - before, end: dead + after };
        expect(violationsIn(history(seen, { revocation: revoked }))).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });
});
