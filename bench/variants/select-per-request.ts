/** Variant: the fence is replaced by one prepared SELECT for each request. */
import { Fence } from '../../src/verification/fence.js';
import { serve } from '../serving.js';
import { confirmedBy, Selects } from './selects.js';

await serve((app, { database }) => {
  const selects = new Selects(database.url ?? '');
  app.get(Fence, { strict: false }).confirm = async (wanted) =>
    wanted.kind === 'token' ? selects.one(wanted.selector) : confirmedBy(undefined);
});
