import { ApiProperty } from '@nestjs/swagger';
import { AUDIT_ACTIONS, type AuditAction } from '../audit-actions.js';
import { ACTOR_KINDS, TARGET_KINDS, type ActorKind, type AuditEvent, type TargetKind } from '../audit-event.entity.js';

export class AuditActorResponse {
  @ApiProperty({ enum: ACTOR_KINDS }) kind!: ActorKind;
  @ApiProperty({ type: String, format: 'uuid', nullable: true }) id!: string | null;
  @ApiProperty({ type: String, nullable: true }) name!: string | null;
}

export class AuditTargetResponse {
  @ApiProperty({ enum: TARGET_KINDS }) kind!: TargetKind;
  @ApiProperty({ type: String, format: 'uuid', nullable: true }) id!: string | null;
  @ApiProperty({ type: String, nullable: true }) name!: string | null;
}

export class AuditEventResponse {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty({ enum: AUDIT_ACTIONS }) action!: AuditAction;
  @ApiProperty({ type: String, format: 'date-time' }) occurredAt!: Date;
  @ApiProperty({ type: AuditActorResponse }) actor!: AuditActorResponse;
  @ApiProperty({ type: AuditTargetResponse, nullable: true }) target!: AuditTargetResponse | null;
  @ApiProperty({ type: String, nullable: true }) ip!: string | null;
  @ApiProperty({ type: String, nullable: true }) userAgent!: string | null;
  @ApiProperty({ type: String, nullable: true }) requestId!: string | null;
  @ApiProperty({ type: 'object', additionalProperties: true }) details!: object;

  static of(event: AuditEvent): AuditEventResponse {
    const { id, action, occurredAt, ip, userAgent, requestId, details } = event;
    const actor = { kind: event.actorKind, id: event.actorId, name: event.actorName };
    const target = event.targetKind && { kind: event.targetKind, id: event.targetId, name: event.targetName };
    return { id, action, occurredAt, actor, target, ip, userAgent, requestId, details };
  }
}

export class AuditEventsPage {
  @ApiProperty({ type: [AuditEventResponse] }) items!: readonly AuditEventResponse[];
  @ApiProperty({ type: String, nullable: true }) nextCursor!: string | null;
}
