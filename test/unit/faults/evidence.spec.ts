import { describe, expect, it } from '@jest/globals';
import { lackOfEvidence } from '../../../faults/evidence.js';
import type { History, Outcome, Probe } from '../../../faults/history.js';

const INSTANCES = ['a', 'b'];

function probe(instance: string, start: number, outcome: Outcome): Probe {
  const status = outcome === 'lost' || outcome === 'unreachable' ? null : 200;
  return { instance, start, end: start + 10, outcome, status };
}

function history(probes: readonly Probe[], end: number | null = 200): History {
  return { subject: 'revoke', wasIssued: true, refusal: 401, revocation: { start: 100, end }, probes };
}

function lost(count: number): Probe[] {
  return Array.from({ length: count }, (_, index) => probe('a', index, index % 2 === 0 ? 'lost' : 'unreachable'));
}

const SEEN = [probe('a', 210, 'refused'), probe('b', 220, 'refused')];
const MANY = Array.from({ length: 98 }, () => probe('front', 50, 'accepted'));

describe('evidence', () => {
  it('is a verdict of each instance after an acknowledgement', () => {
    expect(lackOfEvidence([history(SEEN)], { instances: INSTANCES })).toBeNull();
    expect(lackOfEvidence([history([probe('a', 210, 'refused')])], { instances: INSTANCES })).toContain('of b');
  });

  it.each(['unavailable', 'unexpected', 'lost', 'unreachable'] as const)('is no answer that is %s', (outcome) => {
    const seen = [...MANY, probe('a', 210, 'refused'), probe('b', 220, outcome)];
    expect(lackOfEvidence([history(seen)], { instances: INSTANCES })).toContain('of b');
  });

  it('is none while nothing was acknowledged, or nothing was probed', () => {
    expect(lackOfEvidence([history(SEEN, null)], { instances: INSTANCES })).toContain('no revocation');
    expect(lackOfEvidence([], { instances: INSTANCES })).toContain('nothing');
    const cutOff = [{ instance: 'a', start: 300, end: 400 }];
    const during = [history([...SEEN, probe('a', 310, 'unavailable')], null)];
    expect(lackOfEvidence(during, { instances: INSTANCES, blackouts: cutOff })).toContain('no revocation');
  });

  it('is what was answered while no instance could confirm, and so none could revoke', () => {
    const blackouts = [{ instance: null, start: 300, end: 400 }];
    const during = [history([...SEEN, probe('a', 310, 'unavailable')], null)];
    expect(lackOfEvidence(during, { instances: INSTANCES, blackouts })).toBeNull();
  });

  it('bears 2 % of lost probes, with and without a connection, and no more', () => {
    expect(lackOfEvidence([history([...SEEN, ...MANY, ...lost(2)])], { instances: INSTANCES })).toBeNull();
    expect(lackOfEvidence([history([...SEEN, ...MANY, ...lost(3)])], { instances: INSTANCES })).toContain('3 of 103');
  });

  it('accepts what the scenario allows where a fault takes processes away', () => {
    const seen = [history([...SEEN, ...lost(3)])];
    expect(lackOfEvidence(seen, { instances: INSTANCES, maxLost: 0.6 })).toBeNull();
    expect(lackOfEvidence(seen, { instances: INSTANCES, maxLost: 0.5 })).toContain('3 of 5');
  });

  it('is that a revocation was undone, where a failover has to', () => {
    const demands = { instances: INSTANCES, losesRevocations: true };
    const again = [history([...SEEN, probe('a', 400, 'accepted')])].map((each) => ({ ...each, undoneFrom: 300 }));
    expect(lackOfEvidence(again, demands)).toBeNull();
    expect(lackOfEvidence([history(SEEN)], demands)).toContain('undone nothing');
  });

  it('needs an answer from where nothing could be confirmed, if there was such a time', () => {
    const blackouts = [{ instance: 'a', start: 300, end: 400 }];
    const during = (outcome: Outcome): History[] => [history([...SEEN, ...MANY, probe('a', 310, outcome)])];
    expect(lackOfEvidence(during('unavailable'), { instances: INSTANCES, blackouts })).toBeNull();
    expect(lackOfEvidence(during('lost'), { instances: INSTANCES, blackouts })).toContain('answered');
    expect(lackOfEvidence([history(SEEN)], { instances: INSTANCES, blackouts })).toContain('answered');
  });
});
