import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Membership } from './membership.entity.js';
import { MembershipsRepository } from './memberships.repository.js';
import { SoleOwnership } from './sole-ownership.js';

@Module({
  imports: [TypeOrmModule.forFeature([Membership])],
  providers: [MembershipsRepository, SoleOwnership],
  exports: [SoleOwnership],
})
export class MembershipsModule {}
