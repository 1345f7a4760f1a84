import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Role } from '../access-control/role-grants.js';

@Entity('memberships')
export class Membership {
  @PrimaryColumn('uuid', { name: 'organization_id' })
  organizationId!: string;

  @PrimaryColumn('uuid', { name: 'user_id' })
  userId!: string;

  @Column('text')
  role!: Role;

  @Column('timestamptz', { name: 'joined_at' })
  joinedAt!: Date;
}
