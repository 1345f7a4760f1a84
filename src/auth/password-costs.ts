/** Tells the checks of passwords, before the first of them, what the dearest of the stored hashes costs. */
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { UsersService } from '../users/users.service.js';
import { Passwords } from './passwords.js';

@Injectable()
export class PasswordCosts implements OnApplicationBootstrap {
  constructor(
    private readonly users: UsersService,
    private readonly passwords: Passwords,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.passwords.levelWith(await this.users.highestPasswordCost());
  }
}
