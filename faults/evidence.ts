/**
 * Evidence check: whether the observations of a scenario can show anything. Pure. A fault run without observations must
 * not count as a clean one.
 */
import { isWithin, wasUndone, type Blackout, type History, type Probe } from './history.js';

/**
 * Limit on lost probes when no fault ends processes. More lost probes are a defect of the harness or of the machine.
 */
const MAX_LOST = 0.02;

export interface Demands {
  /** Names of the instances, without the load balancer. */
  readonly instances: readonly string[];
  /** Share of probes that may have no response, from 0 to 1. */
  readonly maxLost?: number | undefined;
  /** When there were blackouts, responses must have arrived during one of them. */
  readonly blackouts?: readonly Blackout[];
  /** Whether a failover must have undone a revocation. */
  readonly losesRevocations?: boolean | undefined;
}

/** Returns the reason why these histories are no evidence, or `null` when they are. */
export function lackOfEvidence(
  histories: readonly History[],
  { instances, maxLost: maxLost = MAX_LOST, blackouts = [], losesRevocations = false }: Demands,
): string | null {
  const probes = histories.flatMap((history) => history.probes);
  const lost = probes.filter(({ outcome }) => outcome === 'lost' || outcome === 'unreachable').length;
  if (probes.length === 0) return 'nothing was probed';
  if (lost > probes.length * maxLost) return `${lost} of ${probes.length} probes were lost`;
  if (blackouts.length > 0 && !probes.some((probe) => probe.status !== null && isWithin(probe, blackouts)))
    return 'no request was answered while nothing could be confirmed';
  if (!histories.some(({ revocation }) => (revocation?.end ?? null) !== null)) {
    // If no instance can confirm anything, none can revoke; the responses during the blackout are the evidence.
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
