/** Whether there is a proven mailbox behind an invitation. */
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

@Injectable()
export class InvitersRepository {
  constructor(private readonly dataSource: DataSource) {}

  async isProvenUser(userId: string): Promise<boolean> {
    const rows = await this.dataSource.query<unknown[]>(
      'SELECT 1 FROM users WHERE id = $1 AND email_verified_at IS NOT NULL',
      [userId],
    );
    return rows.length > 0;
  }

  /**
   * An organization token acts as nobody, so the organization answers for it by an owner. Its creator must be proven too,
   * for as long as the account is there: otherwise an unproven member would invite through a token.
   */
  async isTokenOfProven(organizationId: string, tokenId: string): Promise<boolean> {
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
