/** Prometheus metrics of mails: the number of attempts by outcome. Alert on `refused` and `given-up`. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Counter } from 'prom-client';
import { MAIL_OUTCOMES, MailOutcomes } from '../platform/mail/mail-outcomes.service.js';
import { HttpMetrics } from './http-metrics.service.js';

@Injectable()
export class MailMetrics implements OnModuleInit {
  constructor(
    private readonly metrics: HttpMetrics,
    private readonly tally: MailOutcomes,
  ) {}

  onModuleInit(): void {
    const { tally } = this;
    new Counter({
      name: 'latchkey_mails_total',
      help: 'Attempts to deliver a mail, by what became of them.',
      labelNames: ['outcome'] as const,
      registers: [this.metrics.registry],
      collect() {
        this.reset();
        for (const outcome of MAIL_OUTCOMES) this.inc({ outcome }, tally.of(outcome));
      },
    });
  }
}
