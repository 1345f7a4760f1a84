import { describe, expect, it } from '@jest/globals';
import { DatabaseHistory, type HistoryPoint } from '../../../src/verification/database-history.js';

function place(fields: Partial<HistoryPoint> = {}): HistoryPoint {
  return { server: 's1', timeline: '00000001', snapshot: '90:100:', ...fields };
}

function told(...places: readonly HistoryPoint[]): string | null {
  const lineage = new DatabaseHistory();
  return places.map((each) => lineage.follow(each)).at(-1) ?? null;
}

describe('a lineage', () => {
  it('says nothing of the first server, of the same one, and of one that has started again', () => {
    expect(told(place())).toBeNull();
    expect(told(place(), place({ snapshot: '95:120:96' }))).toBeNull();
    expect(told(place(), place({ server: 's2', snapshot: '100:100:' }))).toBeNull();
  });

  it('tells of a replica that was promoted, also when it lacks nothing', () => {
    const notice = told(place(), place({ server: 's2', timeline: '00000002', snapshot: '110:110:' }));
    expect(notice).toContain('promoted (timeline 00000001, now 00000002)');
    expect(notice).not.toContain('lacks transactions');
  });

  it('tells of a server that lacks transactions, also where timelines are not known', () => {
    const notice = told(place({ timeline: null }), place({ server: 's2', timeline: null, snapshot: '99:99:' }));
    expect(notice).toContain('lacks transactions');
    expect(notice).not.toContain('promoted');
  });

  it('compares transaction ids as numbers, beyond what a double holds', () => {
    const [before, after] = ['9007199254740992:9007199254740993:', '9007199254740992:9007199254740992:'];
    expect(told(place({ snapshot: before }), place({ server: 's2', snapshot: after }))).toContain('lacks');
    expect(told(place({ snapshot: '9:10:' }), place({ server: 's2', snapshot: '9:9:' }))).toContain('lacks');
    expect(told(place({ snapshot: '9:9:' }), place({ server: 's2', snapshot: '10:10:' }))).toBeNull();
  });

  it('does not take a timeline that is not told for another one', () => {
    expect(told(place(), place({ server: 's2', timeline: null }))).toBeNull();
    expect(told(place({ timeline: null }), place({ server: 's2' }))).toBeNull();
  });

  it('tells each step once', () => {
    const over = place({ server: 's2', timeline: '00000002' });
    expect(told(place(), over, over)).toBeNull();
    expect(told(place(), over, place({ server: 's3', timeline: '00000003' }))).toContain('now 00000003');
  });
});
