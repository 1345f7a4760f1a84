/**
 * The last use of each token: instant and address. Noted in memory during the request and written later by
 * token-usage.writer.ts. Each token is written at most once a minute, so that a busy token costs the database no more
 * than a quiet one.
 */
import { Injectable } from '@nestjs/common';

const WRITE_INTERVAL_MS = 60_000;
/** About 10 MB. Beyond it, further tokens wait until others are idle; the last use is no matter of authority. */
const MAX_ENTRIES = 50_000;

export interface Use {
  readonly tokenId: string;
  /** By the process's monotonic clock; only its distance from now is meaningful. */
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
    else if (this.entries.size < MAX_ENTRIES) {
      this.entries.set(tokenId, { use, writtenUse: null, writtenAtMs: -Infinity });
    }
  }

  /** Returns the uses to be written now; with `all`, also those of tokens that were written less than a minute ago. */
  due({ all = false } = {}): Use[] {
    const idleSince = all ? Infinity : performance.now() - WRITE_INTERVAL_MS;
    const due: Use[] = [];
    for (const [tokenId, { use, writtenUse, writtenAtMs }] of this.entries) {
      if (writtenAtMs > idleSince) continue;
      if (use === writtenUse) this.entries.delete(tokenId);
      else due.push(use);
    }
    return due;
  }

  /** Marks uses as written. All others stay due. */
  settle(uses: readonly Use[]): void {
    for (const use of uses) {
      const entry = this.entries.get(use.tokenId);
      if (!entry) continue;
      entry.writtenUse = use;
      entry.writtenAtMs = performance.now();
    }
  }
}
