/**
 * Guards the departure of a person from everywhere at once: deleting a user must leave no organization without an owner.
 */
import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/transactions.js';
import { AppError } from '../errors/app-error.js';
import { MembershipsRepository } from './memberships.repository.js';

@Injectable()
export class SoleOwnership {
  constructor(private readonly memberships: MembershipsRepository) {}

  /**
   * Throws `last_owner` when an organization would lose its only owner with this user. Call it in the transaction that
   * deletes the user, before anything else: it locks the user's row, so that no invitation is accepted meanwhile, and
   * then every organization the user is in, so that nobody makes them its only owner meanwhile.
   */
  async ensureNone(tx: Tx, userId: string): Promise<void> {
    await this.memberships.lockUserForDeletion(tx, userId);
    await this.memberships.lockOrganizationsOf(tx, userId);
    const slugs = await this.memberships.listSlugsOwnedAlone(tx, userId);
    if (slugs.length === 0) return;
    throw new AppError('last_owner', {
      detail: `Delete these organizations first, or give them another owner: ${slugs.join(', ')}.`,
    });
  }
}
