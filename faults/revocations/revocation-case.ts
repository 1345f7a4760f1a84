/** One credential and the one way in which it will be revoked. */
import type { Deployment } from '../deployment.js';
import type { Revocation } from '../history.js';
import type { Organization, Fixtures } from '../fixtures.js';
import type { Request, Connection } from '../connection.js';

export interface Case {
  readonly subject: string;
  readonly credential: string;
  /** A route that answers 200 to the credential while it has its rights, and asks the database by itself. */
  readonly path: string;
  /**
   * The same by a route that answers from the principal alone. Where verification accepts what it should not, no query of
   * the route's own fails in its place.
   */
  readonly principalPath: string;
  /** What both routes answer without them; another refusal is a fault of its own. */
  readonly refusal: 401 | 403 | 404;
  readonly wasIssued: boolean;
  /** Over a wire to the instance that has to do it, unless it is done by hand; `null` for what was never issued. */
  readonly revoke: ((wire: Connection) => Promise<Revocation>) | null;
  /** From when on a failover may have undone the revocation; asked when the round is over. */
  undoneFrom?(): number | undefined;
}

/** What a verb may build on: an organization of this round, and room for people of its own. */
export interface CaseActors {
  readonly town: Fixtures;
  readonly organization: Organization;
  readonly psql: Deployment['psql'];
}

export interface RevocationKind {
  readonly name: string;
  /** Whether the service does it, so that the service's faults matter to it. */
  readonly isRequest: boolean;
  prepare(household: CaseActors): Promise<Case>;
}

/** What a verb's preparation has to say about its case. */
export type Preparation = Pick<Case, 'credential'> & Partial<Pick<Case, 'path' | 'principalPath' | 'refusal'>>;

const OWN_TOKEN = '/api/v1/token';
const PRINCIPAL = '/api/v1/principal';

/** A verb that is one request; any 2xx acknowledges it. */
export function requestVerb(
  name: string,
  prepare: (household: CaseActors) => Promise<Preparation & { readonly request: Request }>,
): RevocationKind {
  return {
    name,
    isRequest: true,
    prepare: async (household) => {
      const { request, ...preparation } = await prepare(household);
      return caseOf(name, preparation, (wire) => revokeBy(wire, request));
    },
  };
}

/** A verb that an operator types at a psql prompt; it is acknowledged when PostgreSQL says so. */
export function sqlVerb(
  name: string,
  sql: string,
  prepare: (household: CaseActors) => Promise<Preparation & { readonly id: string }>,
): RevocationKind {
  return {
    name,
    isRequest: false,
    prepare: async (household) => {
      const { id, ...preparation } = await prepare(household);
      return caseOf(name, preparation, () => revokeInSql(household.psql, sql, id));
    },
  };
}

export function caseOf(subject: string, preparation: Preparation, revoke: Case['revoke']): Case {
  return { path: OWN_TOKEN, principalPath: PRINCIPAL, refusal: 401, ...preparation, subject, wasIssued: true, revoke };
}

async function revokeBy(wire: Connection, request: Request): Promise<Revocation> {
  const { start, end, response } = await wire.send(request);
  const isAcknowledged = response !== null && response.status >= 200 && response.status < 300;
  if (response && !isAcknowledged && response.status !== 503) {
    throw new Error(`${request.method} ${request.path} answered ${response.status} ${response.body}`);
  }
  return { start, end: isAcknowledged ? end : null };
}

async function revokeInSql(psql: CaseActors['psql'], sql: string, id: string): Promise<Revocation> {
  const start = performance.now();
  try {
    const { rowCount } = await psql.query(sql, [id]);
    if (rowCount !== 1) throw new Error(`changed ${String(rowCount)} rows: ${sql}`);
    return { start, end: performance.now() };
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('changed ')) throw error;
    return { start, end: null };
  }
}
