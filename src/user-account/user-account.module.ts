import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { MembershipsModule } from '../memberships/memberships.module.js';
import { ProfileController } from './profile.controller.js';
import { ProfileService } from './profile.service.js';
import { UsersModule } from '../users/users.module.js';

@Module({
  imports: [AuthModule, MembershipsModule, UsersModule],
  controllers: [ProfileController],
  providers: [ProfileService],
})
export class UserAccountModule {}
