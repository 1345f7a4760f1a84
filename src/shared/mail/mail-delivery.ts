/** What the queue's worker does with one mail. */
import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { AppConfig } from '../../../config/app-config.js';
import { QueueTasks, type Attempt } from '../../queue/queue-tasks.js';
import { linkIn } from './mail-message.js';
import { openMail, type SealedMail } from './mail-seal.js';
import { MailTransport } from './mail-transport.js';
import { MAIL_TASK } from './queued-mailer.js';

/** No transport waits longer. */
const LONGEST_MS = 2 * 60_000;

@Injectable()
export class MailDelivery implements OnModuleInit {
  private readonly logger = new Logger(MailDelivery.name);

  constructor(
    private readonly config: AppConfig,
    @Inject(MailTransport) private readonly transport: MailTransport,
    private readonly tasks: QueueTasks,
  ) {}

  onModuleInit(): void {
    this.tasks.register(MAIL_TASK, {
      hands: 'quick',
      longestMs: LONGEST_MS,
      handler: (payload, attempt, stopping) => this.deliver(payload as SealedMail, attempt, stopping),
    });
  }

  /**
   * Delivers, or throws so that the queue tries again later. After the last attempt the mail is given up instead: what
   * it says has expired by then, and its row must not stay. `stopping` rejects when the service cannot wait any longer.
   */
  private async deliver(payload: SealedMail, job: Attempt, stopping: Promise<void>): Promise<void> {
    const failure = await this.attempt(payload, stopping).then(() => null, reasonOf);
    if (failure === null) return;
    if (job.attempts < job.max_attempts) throw new Error(failure);
    this.logger.error(`Mail job ${job.id} is given up after ${job.attempts} attempts: ${failure}`);
  }

  private async attempt(payload: SealedMail, stopping: Promise<void>): Promise<void> {
    const mail = openMail(payload, this.config.tokens.hashKeys);
    await Promise.race([this.transport.deliver(mail), stopping]);
    const link = this.config.mail.logLinks ? linkIn(mail.text) : null;
    if (link !== null) this.logger.log(`Mail to ${mail.to}, "${mail.subject}": ${link}`);
  }
}

/**
 * The queue stores and logs this text, and an SMTP server may quote the mail in its answer: so it names codes only, never
 * a message.
 */
function reasonOf(error: unknown): string {
  const { code, originalCode, command, responseCode } = error as Record<string, unknown>;
  const known = [code, originalCode, command, responseCode].filter(
    (part) => typeof part === 'string' || typeof part === 'number',
  );
  const untrusted = isUntrusted(originalCode ?? code) ? ', the certificate of the mail server is not trusted' : '';
  return known.length > 0 ? `delivery failed: ${known.join(' ')}${untrusted}` : 'delivery failed';
}

/** Self-signed, of an unknown authority, expired, or for another name: a code of OpenSSL or of Node's TLS. */
function isUntrusted(code: unknown): boolean {
  return typeof code === 'string' && /CERT|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/.test(code);
}
