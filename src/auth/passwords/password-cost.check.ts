/** The start-up check for the highest cost of a stored password hash. It runs before the first password is checked. */
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { UsersService } from '../../users/users.service.js';
import { PasswordHashing } from './password-hashing.service.js';

@Injectable()
export class PasswordCostCheck implements OnApplicationBootstrap {
  constructor(
    private readonly users: UsersService,
    private readonly passwords: PasswordHashing,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.passwords.raiseCheckCost(await this.users.highestPasswordCost());
  }
}
