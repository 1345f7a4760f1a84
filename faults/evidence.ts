/** Whether what was seen of a cell can show anything. Pure. A fault run that saw nothing must not count as a clean one. */
import { isWithin, wasUndone, type Blackout, type History, type Probe } from './history.js';

/** Of the probes, where no fault takes processes away: what is lost beside that is the harness's or the machine's fault. */
const MOST_LOST = 0.02;

export interface Demands {
  /** By name; the balancer is none of them. */
  readonly instances: readonly string[];
  /** The share of probes that may stay without any answer, from 0 to 1. */
  readonly mostLost?: number | undefined;
  /** When there were any, requests must have been answered in one. */
  readonly blackouts?: readonly Blackout[];
  /** Whether a failover must have undone a revocation. */
  readonly losesRevocations?: boolean | undefined;
}

/** Why these histories are no evidence, or `null` when they are. */
export function lackOfEvidence(
  histories: readonly History[],
  { instances, mostLost = MOST_LOST, blackouts = [], losesRevocations = false }: Demands,
): string | null {
  const probes = histories.flatMap((history) => history.probes);
  const lost = probes.filter(({ outcome }) => outcome === 'lost' || outcome === 'unreachable').length;
  if (probes.length === 0) return 'nothing was probed';
  if (lost > probes.length * mostLost) return `${lost} of ${probes.length} probes were lost`;
  if (blackouts.length > 0 && !probes.some((probe) => probe.status !== null && isWithin(probe, blackouts)))
    return 'no request was answered while nothing could be confirmed';
  if (!histories.some(({ revocation }) => (revocation?.end ?? null) !== null)) {
    // Where no instance can confirm anything none can revoke, and the answers of that time are the evidence.
    return blackouts.some(({ instance }) => instance === null) ? null : 'no revocation was acknowledged';
  }
  if (losesRevocations && !histories.some(wasUndone)) return 'the failover has undone nothing';
  const verdicts = histories.flatMap(verdictsAfterAcknowledgement);
  const mute = instances.filter((name) => !verdicts.some(({ instance }) => instance === name));
  return mute.length === 0 ? null : `no verdict of ${mute.join(', ')} after an acknowledgement`;
}

function verdictsAfterAcknowledgement({ probes, revocation }: History): Probe[] {
  const end = revocation?.end ?? Infinity;
  return probes.filter(({ outcome, start }) => start > end && (outcome === 'accepted' || outcome === 'refused'));
}
