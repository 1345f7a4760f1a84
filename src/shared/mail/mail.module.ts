import { Global, Module } from '@nestjs/common';
import pg from 'pg';
import { AppConfig } from '../../../config/app-config.js';
import { MailDelivery } from './mail-delivery.js';
import { MailTransport } from './mail-transport.js';
import { MAIL_POOL, MailWorker } from './mail-worker.js';
import { Mailer } from './mailer.js';
import { OutboxTransport } from './outbox-transport.js';
import { QueuedMailer } from './queued-mailer.js';
import { SmtpTransport } from './smtp-transport.js';

@Global()
@Module({
  providers: [
    { provide: MAIL_POOL, inject: [AppConfig], useFactory: ({ database }: AppConfig) => mailPool(database.url) },
    { provide: MailTransport, inject: [AppConfig], useFactory: transportFor },
    { provide: Mailer, useClass: QueuedMailer },
    MailDelivery,
    MailWorker,
  ],
  exports: [Mailer],
})
export class MailModule {}

function transportFor({ mail }: AppConfig): MailTransport {
  return mail.smtpUrl === null
    ? new OutboxTransport(mail.outboxDir, mail.from)
    : new SmtpTransport(mail.smtpUrl, mail.from);
}

/** One connection listens, two deliver, one sweeps. */
function mailPool(url: string | null): pg.Pool {
  if (url === null) throw new Error('the database is not started');
  const pool = new pg.Pool({
    connectionString: url,
    max: 4,
    application_name: 'latchkey-mail',
    connectionTimeoutMillis: 5_000,
  });
  // A connection that breaks is replaced on the next use; without listeners it would end the process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}
