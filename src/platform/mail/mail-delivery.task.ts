/**
 * The queue's task that delivers one mail. No log line contains its text: a mail is identified by its id, and an `.eml`
 * file by its path (tested by test/guarantees/secrets/mails-stay-private.spec.ts).
 */
import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { AppConfig } from '../../../config/app-config.js';
import { QueueTasks, type Attempt } from '../queue/queue-tasks.service.js';
import { failureOf, type DeliveryFailure } from './delivery-failure.js';
import { MailChecks } from './mail-checks.service.js';
import { MailOutcomes } from './mail-outcomes.service.js';
import { openMail, type SealedMail } from './mail-seal.js';
import { MailTransport, type QueuedMail } from './mail-transport.js';

export const MAIL_TASK = 'mail';

/** The delivery period of mails that report an event and contain no link: later they would only confuse. */
export const DELIVERY_PERIOD_MS = 3 * 86_400_000;

/** Longer than any timeout of a transport. */
const LEASE_MS = 2 * 60_000;

@Injectable()
export class MailDeliveryTask implements OnModuleInit {
  private readonly logger = new Logger(MailDeliveryTask.name);

  constructor(
    private readonly config: AppConfig,
    @Inject(MailTransport) private readonly transport: MailTransport,
    private readonly checks: MailChecks,
    private readonly tasks: QueueTasks,
    private readonly outcomes: MailOutcomes,
  ) {}

  onModuleInit(): void {
    this.tasks.register(MAIL_TASK, {
      lane: 'quick',
      leaseMs: LEASE_MS,
      handler: (payload, attempt, stopping) => this.deliver(payload as SealedMail, attempt, stopping),
    });
  }

  /** A mail that cannot be decrypted now may be decrypted later, when the operator has restored its key. */
  private async deliver(payload: SealedMail, job: Attempt, stopping: Promise<void>): Promise<void> {
    const mail = this.open(payload);
    if (!mail) {
      const reason = `cannot be opened: its server key ${payload.keyVersion} is not configured, or not the same`;
      this.failed(`job ${job.id}`, { kind: 'passing', reason }, job);
      return;
    }
    const failure = await this.attempt(mail, job, stopping).then(() => null, failureOf);
    if (failure) this.failed(mail.id, failure, job);
  }

  private open(payload: SealedMail): QueuedMail | null {
    try {
      return openMail(payload, this.config.tokens.hashKeys);
    } catch {
      return null;
    }
  }

  private async attempt(mail: QueuedMail, job: Attempt, stopping: Promise<void>): Promise<void> {
    const objection = await this.checks.objection(mail, job.attempts <= 1);
    if (objection !== null) {
      this.outcomes.note('not-needed');
      this.logger.log(`Mail ${mail.id} is not sent: ${objection}.`);
      return;
    }
    const file = await Promise.race([this.transport.deliver(mail), stopping]);
    this.outcomes.note('sent');
    if (typeof file === 'string') this.logger.log(`Mail ${mail.id} is written to ${file}`);
  }

  /**
   * Throws so that the queue retries. After the last attempt, or a permanent refusal, it logs an error and the job's
   * row is deleted.
   */
  private failed(what: string, { kind, reason }: DeliveryFailure, { attempts, max_attempts }: Attempt): void {
    if (kind === 'permanent') {
      this.outcomes.note('refused');
      this.logger.error(`Mail ${what} is refused for good and not tried again: ${reason}`);
      return;
    }
    if (attempts >= max_attempts) {
      this.outcomes.note('given-up');
      this.logger.error(`Mail ${what} is given up after ${String(attempts)} attempts: ${reason}`);
      return;
    }
    this.outcomes.note('failed');
    if (kind === 'refused-service') {
      this.logger.error(`The mail server refuses this service (SMTP_URL, MAIL_FROM): ${reason}`);
    }
    throw new Error(reason);
  }
}
