/** Variant: the fence is replaced by one prepared `= ANY($1)` for all requests of a turn of the event loop. */
import type { Confirmed } from '../../src/verification/credential-facts.js';
import { Fence } from '../../src/verification/fence.js';
import { serve } from '../serving.js';
import { confirmedBy, Selects } from './selects.js';

class Batches {
  private selectors: string[] = [];
  private next: Promise<Map<string, Confirmed>> | null = null;

  constructor(private readonly selects: Selects) {}

  async confirm(selector: string): Promise<Confirmed> {
    this.selectors.push(selector);
    this.next ??= new Promise((resolve) => setImmediate(() => resolve(this.take())));
    return (await this.next).get(selector) ?? confirmedBy(undefined);
  }

  /** Many batches may be in flight: each has a connection of its own. */
  private take(): Promise<Map<string, Confirmed>> {
    const { selectors } = this;
    this.selectors = [];
    this.next = null;
    return this.selects.many(selectors);
  }
}

await serve((app, { database }) => {
  const batches = new Batches(new Selects(database.url ?? ''));
  app.get(Fence, { strict: false }).confirm = async (wanted) =>
    wanted.kind === 'token' ? batches.confirm(wanted.selector) : confirmedBy(undefined);
});
