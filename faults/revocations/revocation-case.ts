/** Case: one credential and the kind of its revocation. */
import type { Connection, Request } from '../connection.js';
import type { Deployment } from '../deployment.js';
import type { Fixtures, Organization } from '../fixtures.js';
import type { Revocation } from '../history.js';

export interface Case {
  readonly subject: string;
  readonly credential: string;
  /** Route that responds 200 while the credential has its rights, and queries the database itself. */
  readonly path: string;
  /**
   * Route with the same permission that responds from the principal alone. When verification wrongly accepts, no query
   * of the route itself fails instead.
   */
  readonly principalPath: string;
  /** Status of both routes without the rights; any other refusal is a violation. */
  readonly refusal: 401 | 403 | 404;
  readonly wasIssued: boolean;
  /** Revokes over a connection to the instance under test, or by SQL; `null` for credentials that were never issued. */
  readonly revoke: ((connection: Connection) => Promise<Revocation>) | null;
  /** Instant from which a failover may have undone the revocation; evaluated after the round. */
  undoneFrom?(): number | undefined;
}

/** Actors of a case: an organization of this round, and fixtures for further people. */
export interface CaseActors {
  readonly fixtures: Fixtures;
  readonly organization: Organization;
  readonly psql: Deployment['psql'];
}

export interface RevocationKind {
  readonly name: string;
  /** Whether the service executes it, so that the service's faults affect it. */
  readonly isRequest: boolean;
  prepare(actors: CaseActors): Promise<Case>;
}

/** Result of the preparation of a case. */
export type Preparation = Pick<Case, 'credential'> & Partial<Pick<Case, 'path' | 'principalPath' | 'refusal'>>;

const OWN_TOKEN = '/api/v1/token';
const PRINCIPAL = '/api/v1/principal';

/** Revocation by one request; any 2xx acknowledges it. */
export function requestRevocation(
  name: string,
  prepare: (actors: CaseActors) => Promise<Preparation & { readonly request: Request }>,
): RevocationKind {
  return {
    name,
    isRequest: true,
    prepare: async (actors) => {
      const { request, ...preparation } = await prepare(actors);
      return caseOf(name, preparation, (connection) => revokeBy(connection, request));
    },
  };
}

/** Revocation by SQL at a psql prompt; acknowledged when PostgreSQL reports success. */
export function sqlRevocation(
  name: string,
  sql: string,
  prepare: (actors: CaseActors) => Promise<Preparation & { readonly id: string }>,
): RevocationKind {
  return {
    name,
    isRequest: false,
    prepare: async (actors) => {
      const { id, ...preparation } = await prepare(actors);
      return caseOf(name, preparation, () => revokeInSql(actors.psql, sql, id));
    },
  };
}

export function caseOf(subject: string, preparation: Preparation, revoke: Case['revoke']): Case {
  return { path: OWN_TOKEN, principalPath: PRINCIPAL, refusal: 401, ...preparation, subject, wasIssued: true, revoke };
}

async function revokeBy(connection: Connection, request: Request): Promise<Revocation> {
  const { start, end, response } = await connection.send(request);
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
