/**
 * When and from where a token was last used. Noted in memory, off the request's way, and written by token-usage.writer.ts: at most
 * once a minute a token, so that a busy token costs the database no more than a quiet one.
 */
import { Injectable } from '@nestjs/common';

const REST_MS = 60_000;
/** Some 10 MB. Beyond it, tokens not yet noted wait until others rest; the time of last use is no matter of authority. */
const MOST_KEPT = 50_000;

export interface Use {
  readonly tokenId: string;
  /** By the process's monotonic clock; only its distance from now means anything. */
  readonly usedAtMs: number;
  readonly ip: string;
}

interface Entry {
  use: Use;
  writtenUse: Use | null;
  writtenAtMs: number;
}

@Injectable()
export class LastUseBuffer {
  private readonly entries = new Map<string, Entry>();

  note(tokenId: string, ip: string): void {
    const use = { tokenId, usedAtMs: performance.now(), ip };
    const entry = this.entries.get(tokenId);
    if (entry) entry.use = use;
    else if (this.entries.size < MOST_KEPT) {
      this.entries.set(tokenId, { use, writtenUse: null, writtenAtMs: -Infinity });
    }
  }

  /** Uses to be written now; with `all`, also those of tokens that were written less than a minute ago. */
  due({ all = false } = {}): Use[] {
    const restedSince = all ? Infinity : performance.now() - REST_MS;
    const due: Use[] = [];
    for (const [tokenId, { use, writtenUse, writtenAtMs }] of this.entries) {
      if (writtenAtMs > restedSince) continue;
      if (use === writtenUse) this.entries.delete(tokenId);
      else due.push(use);
    }
    return due;
  }

  /** These have been written. What is not settled stays due. */
  settle(uses: readonly Use[]): void {
    for (const use of uses) {
      const entry = this.entries.get(use.tokenId);
      if (!entry) continue;
      entry.writtenUse = use;
      entry.writtenAtMs = performance.now();
    }
  }
}
