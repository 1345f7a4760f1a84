import { Injectable } from '@nestjs/common';
import { generateOpaqueSecret, hashOpaqueSecret } from '../credentials/opaque-secret.js';
import type { Tx } from '../platform/database/transactions.service.js';
import { MailedLinksRepository, type MailedPurpose } from './mailed-links.repository.js';

const LIFETIME_HOURS: Readonly<Record<MailedPurpose, number>> = { verify_email: 24, reset_password: 1 };

export interface IssuedSecret {
  readonly id: string;
  readonly secret: string;
  readonly expiresAt: Date;
}

/**
 * Secrets mailed in a link, each valid once and for a short time. A newer one leaves older ones valid: otherwise a
 * stranger who keeps requesting mails could keep the owner's link invalid.
 */
@Injectable()
export class MailedLinks {
  constructor(private readonly secrets: MailedLinksRepository) {}

  async issue(tx: Tx, userId: string, purpose: MailedPurpose): Promise<IssuedSecret> {
    await this.secrets.deleteExpired(tx, userId);
    const secret = generateOpaqueSecret();
    const hash = hashOpaqueSecret(secret);
    const row = await this.secrets.insertSecret(tx, userId, purpose, hash, LIFETIME_HOURS[purpose]);
    return { ...row, secret };
  }

  /** Whether the secret with this id can still be used, with an effect. */
  async isUsable(id: string): Promise<boolean> {
    return this.secrets.isUsable(id);
  }

  /** Returns the secret's user, without using it up; `null` when it is unknown, used or expired. */
  async peek(purpose: MailedPurpose, secret: string): Promise<string | null> {
    return this.secrets.findUserId(purpose, hashOpaqueSecret(secret));
  }

  /** Uses the secret up and deletes its user's others of this purpose; `null` when it is unknown, used or expired. */
  async redeem(tx: Tx, purpose: MailedPurpose, secret: string): Promise<string | null> {
    const userId = await this.secrets.markUsed(tx, purpose, hashOpaqueSecret(secret));
    if (userId !== null) await this.secrets.deleteSecrets(tx, userId, purpose);
    return userId;
  }

  async forget(tx: Tx, userId: string, purpose: MailedPurpose): Promise<void> {
    await this.secrets.deleteSecrets(tx, userId, purpose);
  }
}
