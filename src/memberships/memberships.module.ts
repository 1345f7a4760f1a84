import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { RefusalsModule } from '../audit/refusals.module.js';
import { UsersModule } from '../users/users.module.js';
import { InvitationAcceptanceController } from './invitations/invitation-acceptance.controller.js';
import { InvitationAcceptance } from './invitations/invitation-acceptance.service.js';
import { InvitationLimits } from './invitations/invitation-limits.service.js';
import { InvitationMails } from './invitations/invitation-mails.service.js';
import { InvitationWithdrawal } from './invitations/invitation-withdrawal.service.js';
import { Invitation } from './invitations/invitation.entity.js';
import { InvitationsController } from './invitations/invitations.controller.js';
import { InvitationsRepository } from './invitations/invitations.repository.js';
import { InvitationsService } from './invitations/invitations.service.js';
import { InvitersRepository } from './invitations/inviters.repository.js';
import { MemberRemovalService } from './member-removal.service.js';
import { Membership } from './membership.entity.js';
import { MembershipsController } from './memberships.controller.js';
import { MembershipsRepository } from './memberships.repository.js';
import { MembershipsService } from './memberships.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Membership, Invitation]), RefusalsModule, UsersModule],
  controllers: [MembershipsController, InvitationsController, InvitationAcceptanceController],
  providers: [
    MemberRemovalService,
    InvitationAcceptance,
    InvitationLimits,
    InvitationMails,
    InvitationsRepository,
    InvitationsService,
    InvitationWithdrawal,
    InvitersRepository,
    MembershipsRepository,
    MembershipsService,
  ],
  exports: [MemberRemovalService, MembershipsService],
})
export class MembershipsModule {}
