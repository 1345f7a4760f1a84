import { Injectable } from '@nestjs/common';
import { AppConfig } from '../../../config/app-config.js';
import { databaseTime } from '../database/database-time.js';
import { newId } from '../database/ids.js';
import type { Tx } from '../database/transactions.service.js';
import { JobQueue } from '../queue/job-queue.service.js';
import { DELIVERY_PERIOD_MS, MAIL_TASK } from './mail-delivery.task.js';
import { sealMail } from './mail-seal.js';
import { Mailer, type Mail } from './mailer.service.js';

/** The mailer that adds mails to the durable queue: no commit, no mail. */
@Injectable()
export class QueuedMailer extends Mailer {
  constructor(
    private readonly config: AppConfig,
    private readonly queue: JobQueue,
  ) {
    super();
  }

  override async enqueue(tx: Tx, { to, subject, text, usefulUntil, about }: Mail): Promise<void> {
    const last = usefulUntil ?? new Date((await databaseTime(tx)).getTime() + DELIVERY_PERIOD_MS);
    const mail = { id: newId(), to, subject, text, usefulUntil: last.toISOString(), ...(about && { about }) };
    const payload = sealMail(mail, this.config.tokens.hashKeys[0]);
    await this.queue.add(tx, { task: MAIL_TASK, payload });
  }
}
