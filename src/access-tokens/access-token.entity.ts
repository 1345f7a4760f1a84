import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Scope, TokenKind } from '../access-control/scopes.js';

@Entity('access_tokens')
export class AccessToken {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text')
  kind!: TokenKind;

  @Column('uuid', { name: 'user_id', nullable: true })
  userId!: string | null;

  @Column('uuid', { name: 'organization_id', nullable: true })
  organizationId!: string | null;

  @Column('text')
  label!: string;

  @Column('text', { array: true })
  scopes!: readonly Scope[];

  @Column('text')
  selector!: string;

  @Column('bytea', { name: 'secret_hash', select: false })
  secretHash!: Buffer;

  @Column('text', { name: 'hash_key_version' })
  hashKeyVersion!: string;

  @Column('text')
  hint!: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('uuid', { name: 'created_by', nullable: true })
  createdBy!: string | null;

  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt!: Date | null;
}
