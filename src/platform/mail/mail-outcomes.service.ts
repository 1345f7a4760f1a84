/** Counts of delivery outcomes in this process, for the metrics. */
import { Injectable } from '@nestjs/common';

export const MAIL_OUTCOMES = ['sent', 'not-needed', 'failed', 'refused', 'given-up'] as const;
export type MailOutcome = (typeof MAIL_OUTCOMES)[number];

@Injectable()
export class MailOutcomes {
  private readonly counts = new Map<MailOutcome, number>();

  note(outcome: MailOutcome): void {
    this.counts.set(outcome, this.of(outcome) + 1);
  }

  of(outcome: MailOutcome): number {
    return this.counts.get(outcome) ?? 0;
  }
}
