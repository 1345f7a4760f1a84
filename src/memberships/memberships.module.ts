import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { RefusalsModule } from '../audit/refusals.module.js';
import { UsersModule } from '../users/users.module.js';
import { MemberRemovalService } from './departures.js';
import { InvitationAcceptanceController } from './invitation-acceptance.controller.js';
import { InvitationAcceptance } from './invitation-acceptance.js';
import { InvitationLimits } from './invitation-gate.js';
import { InvitationMails } from './invitation-mails.js';
import { InvitationWithdrawal } from './invitation-withdrawal.js';
import { Invitation } from './invitation.entity.js';
import { InvitationsController } from './invitations.controller.js';
import { InvitationsRepository } from './invitations.repository.js';
import { InvitationsService } from './invitations.service.js';
import { InvitersRepository } from './inviters.repository.js';
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
