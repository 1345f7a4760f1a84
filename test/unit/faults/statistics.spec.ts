import { describe, expect, it } from '@jest/globals';
import type { History, Outcome, Probe } from '../../../faults/history.js';
import { availability, brokenPromises, medianGapMs, statisticsOf, wrongAccepts } from '../../../faults/statistics.js';

const STATUS = { accepted: 200, refused: 401, unavailable: 503, unexpected: 500, lost: null, unreachable: null };

function probe(start: number, outcome: Outcome, status: number | null = STATUS[outcome]): Probe {
  return { instance: 'a', start, end: start + 1, outcome, status };
}

function history(...probes: Probe[]): History {
  return { subject: 'revoke', wasIssued: true, refusal: 401, revocation: { start: 100, end: 200 }, probes };
}

describe('statistics', () => {
  it('counts probes by outcome and what came after the acknowledgement', () => {
    const seen = history(
      probe(1, 'accepted'),
      probe(150, 'unavailable'),
      probe(201, 'lost'),
      probe(202, 'refused'),
      probe(203, 'unreachable'),
    );
    const counts = {
      probes: 5,
      accepted: 1,
      refused: 1,
      unavailable: 1,
      lost: 1,
      unreachable: 1,
      afterAcknowledgement: 3,
      acknowledged: 1,
    };
    expect(statisticsOf([seen])).toMatchObject(counts);
    expect(brokenPromises(statisticsOf([seen]))).toBe(0);
  });

  it.each([
    ['a stale accept', probe(300, 'accepted')],
    ['a phantom refusal', probe(1, 'refused')],
    ['an answer that the contract does not know', probe(1, 'unexpected')],
    ['a refusal of the wrong kind after the acknowledgement', probe(300, 'refused', 404)],
  ])('breaks a promise by %s', (_what, bad) => {
    expect(brokenPromises(statisticsOf([history(bad)]))).toBeGreaterThan(0);
  });

  it('convicts by accepts alone', () => {
    const [stale, phantom] = [history(probe(300, 'accepted')), history(probe(1, 'refused'), probe(5, 'unexpected'))];
    expect(wrongAccepts(statisticsOf([stale]))).toBe(1);
    expect(wrongAccepts(statisticsOf([phantom]))).toBe(0);
    const cutOff = [{ instance: 'a', start: 0, end: 50 }];
    expect(wrongAccepts(statisticsOf([history(probe(1, 'accepted'))], cutOff))).toBe(1);
  });

  it('counts revocations that a failover has undone, and does not hold them against the service', () => {
    const statistics = statisticsOf([{ ...history(probe(300, 'accepted'), probe(310, 'accepted')), undoneFrom: 250 }]);
    expect(statistics).toMatchObject({ undone: 1, staleAccepts: 0, resurrections: 0 });
    expect(brokenPromises(statistics)).toBe(0);
  });

  it('lets a request that overlaps the revocation find nothing behind the guards', () => {
    expect(brokenPromises(statisticsOf([history(probe(150, 'refused', 404))]))).toBe(0);
  });

  it('does not count requests that no process answered as unavailability', () => {
    const { lost, unavailable } = { lost: probe(5, 'lost'), unavailable: probe(6, 'unavailable') };
    expect(availability(statisticsOf([history(probe(1, 'accepted'), lost)]))).toBe(1);
    expect(availability(statisticsOf([history(probe(1, 'accepted'), unavailable)]))).toBe(0.5);
  });

  it('knows how soon after the acknowledgement the first probe came', () => {
    expect(medianGapMs([history(probe(150, 'accepted'), probe(203, 'refused'), probe(202, 'refused'))])).toBe(2);
  });
});
