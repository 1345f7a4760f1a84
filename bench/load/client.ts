/**
 * Load process for loads without wrk: runs one load request after another in the same process, so that its code is
 * warm.
 */
import { loadClosed } from './closed-loop.js';
import type { ClosedLoadRequest, LoadResult, OpenLoadRequest } from './load-request.js';
import { loadOpen } from './open-loop.js';

export type Answer = { readonly result: LoadResult } | { readonly failure: string };

process.on('message', (request: ClosedLoadRequest | OpenLoadRequest) => void take(request));
// The parent process has ended.
process.once('disconnect', () => process.exit(0));

async function take(request: ClosedLoadRequest | OpenLoadRequest): Promise<void> {
  tell(
    await (request.kind === 'open' ? loadOpen(request) : loadClosed(request)).then(
      (result) => ({ result }),
      (error: unknown) => ({ failure: String(error) }),
    ),
  );
}

function tell(answer: Answer): void {
  process.send?.(answer);
}
