/** Sends one request with a credential, and classifies the response. */
import type { Answer, Connection } from './connection.js';
import type { Outcome, Probe } from './history.js';

export async function probe(connection: Connection, path: string, credential: string): Promise<Probe> {
  const answer = await connection.send({ method: 'GET', path, credential });
  const { start, end, status } = answer;
  return { instance: connection.instance, start, end, status, outcome: outcomeOf(answer) };
}

/** The status line decides, even if the connection broke after it. */
function outcomeOf({ status, wasSent }: Pick<Answer, 'status' | 'wasSent'>): Outcome {
  if (!wasSent) return 'unreachable';
  if (status === null) return 'lost';
  if (status === 200) return 'accepted';
  if (status === 503) return 'unavailable';
  return [401, 403, 404].includes(status) ? 'refused' : 'unexpected';
}
