import { Global, Module } from '@nestjs/common';
import { AppConfig } from '../../../config/app-config.js';
import { MailChecks } from './mail-checks.service.js';
import { MailDeliveryTask } from './mail-delivery.task.js';
import { MailOutcomes } from './mail-outcomes.service.js';
import { MailTransport } from './mail-transport.js';
import { Mailer } from './mailer.service.js';
import { OutboxTransport } from './outbox-transport.js';
import { QueuedMailer } from './queued-mailer.service.js';
import { SmtpTransport } from './smtp-transport.js';

@Global()
@Module({
  providers: [
    { provide: MailTransport, inject: [AppConfig], useFactory: transportFor },
    { provide: Mailer, useClass: QueuedMailer },
    MailChecks,
    MailDeliveryTask,
    MailOutcomes,
  ],
  exports: [Mailer, MailChecks, MailOutcomes],
})
export class MailModule {}

function transportFor({ mail }: AppConfig): MailTransport {
  return mail.smtpUrl === null
    ? new OutboxTransport(mail.outboxDir, mail.from)
    : new SmtpTransport(mail.smtpUrl, mail.from);
}
