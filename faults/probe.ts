/** One request with a credential, and what its answer says about the credential. */
import type { Outcome, Probe } from './history.js';
import type { Case } from './verbs/case.js';
import type { Wire } from './wire.js';

export async function probe(wire: Wire, { path, credential }: Case): Promise<Probe> {
  const { start, end, response } = await wire.send({ method: 'GET', path, credential });
  const status = response?.status ?? null;
  return { instance: wire.instance, start, end, status, outcome: outcomeOf(status) };
}

function outcomeOf(status: number | null): Outcome {
  if (status === null) return 'lost';
  if (status === 200) return 'accepted';
  if (status === 503) return 'unavailable';
  return [401, 403, 404].includes(status) ? 'refused' : 'unexpected';
}
