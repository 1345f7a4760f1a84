/** Email verification of inviters. */
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

@Injectable()
export class InvitersRepository {
  constructor(private readonly dataSource: DataSource) {}

  async isVerifiedUser(userId: string): Promise<boolean> {
    const rows = await this.dataSource.query<unknown[]>(
      'SELECT 1 FROM users WHERE id = $1 AND email_verified_at IS NOT NULL',
      [userId],
    );
    return rows.length > 0;
  }

  /**
   * Whether an owner of the organization has a verified address, and the token's creator too while that account exists.
   * The owner stands for the token, which has no mailbox. Without the creator's check an unverified member could invite
   * through a token.
   */
  async isTokenOfVerified(organizationId: string, tokenId: string): Promise<boolean> {
    const rows = await this.dataSource.query<unknown[]>(
      `SELECT 1 FROM access_tokens t LEFT JOIN users c ON c.id = t.created_by
      WHERE t.organization_id = $1 AND t.id = $2 AND (c.id IS NULL OR c.email_verified_at IS NOT NULL)
        AND EXISTS (
          SELECT 1 FROM memberships m
          JOIN users o ON o.id = m.user_id AND o.email_verified_at IS NOT NULL AND o.disabled_at IS NULL
          WHERE m.organization_id = $1 AND m.role = 'owner')`,
      [organizationId, tokenId],
    );
    return rows.length > 0;
  }
}
