import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { MembershipsModule } from '../memberships/memberships.module.js';
import { OrganizationQuota } from './organization-quota.service.js';
import { Organization } from './organization.entity.js';
import { OrganizationsController } from './organizations.controller.js';
import { OrganizationsRepository } from './organizations.repository.js';
import { OrganizationsService } from './organizations.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Organization]), MembershipsModule],
  controllers: [OrganizationsController],
  providers: [OrganizationQuota, OrganizationsRepository, OrganizationsService],
})
export class OrganizationsModule {}
