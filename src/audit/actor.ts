/** The actor of an audit event: a snapshot that stays true when the user or token is deleted. */
import type { Principal } from '../access-control/principal.js';
import type { ActorKind } from './audit-event.entity.js';

export interface Actor {
  readonly kind: ActorKind;
  /** The user's id, or the token's id when a token acted. */
  readonly id: string | null;
  readonly name: string | null;
}

export const ANONYMOUS: Actor = { kind: 'anonymous', id: null, name: null };
/** The service itself, in the background. */
export const SYSTEM: Actor = { kind: 'system', id: null, name: null };

export function actorOf(principal: Principal): Actor {
  switch (principal.kind) {
    case 'session':
      return { kind: 'user', id: principal.user.id, name: principal.user.name };
    case 'personal-token':
      return { kind: 'personal_token', id: principal.token.id, name: principal.user.name };
    case 'organization-token':
      return { kind: 'organization_token', id: principal.token.id, name: principal.organization.name };
  }
}
