import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AuditAction } from './audit-actions.js';

export const ACTOR_KINDS = ['user', 'personal_token', 'organization_token', 'anonymous', 'system'] as const;
export const TARGET_KINDS = [
  'user',
  'session',
  'organization',
  'membership',
  'invitation',
  'token',
  'ledger_account',
  'route',
] as const;

export type ActorKind = (typeof ACTOR_KINDS)[number];
export type TargetKind = (typeof TARGET_KINDS)[number];

@Entity('audit_events')
export class AuditEvent {
  @PrimaryColumn('uuid')
  id!: string;

  /** The order in which the database recorded the events; 0 for events from before positions were introduced. */
  @Column({ type: 'bigint', insert: false })
  position!: string;

  @Column('timestamptz', { name: 'occurred_at' })
  occurredAt!: Date;

  @Column('text')
  action!: AuditAction;

  /** The organization whose list shows the event. */
  @Column('uuid', { name: 'organization_id', nullable: true })
  organizationId!: string | null;

  /** The user whose own list shows the event. */
  @Column('uuid', { name: 'user_id', nullable: true })
  userId!: string | null;

  @Column('text', { name: 'actor_kind' })
  actorKind!: ActorKind;

  @Column('uuid', { name: 'actor_id', nullable: true })
  actorId!: string | null;

  @Column('text', { name: 'actor_name', nullable: true })
  actorName!: string | null;

  @Column('text', { name: 'target_kind', nullable: true })
  targetKind!: TargetKind | null;

  @Column('uuid', { name: 'target_id', nullable: true })
  targetId!: string | null;

  @Column('text', { name: 'target_name', nullable: true })
  targetName!: string | null;

  @Column('inet', { nullable: true })
  ip!: string | null;

  @Column('text', { name: 'user_agent', nullable: true })
  userAgent!: string | null;

  @Column('text', { name: 'request_id', nullable: true })
  requestId!: string | null;

  @Column('jsonb')
  details!: object;
}
