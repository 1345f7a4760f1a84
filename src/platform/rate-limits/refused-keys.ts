/**
 * Keys that were just over their limit. They are refused from memory, so that a flood of refusals costs one query a
 * second and key. They are not refused until the window ends: another instance may have reset the key meanwhile.
 */

const REFUSAL_CACHE_MS = 1_000;
const CAPACITY = 10_000;

interface Refusal {
  readonly forgottenAt: number;
  readonly windowEndsAt: number;
}

export class RefusedKeys {
  /** In the order of their end, since all have the same duration. */
  private readonly refusals = new Map<string, Refusal>();

  /** Adds a key. `msBeforeNext`: milliseconds until its window ends. */
  add(key: string, msBeforeNext: number): void {
    const now = performance.now();
    this.refusals.delete(key);
    this.refusals.set(key, { forgottenAt: now + REFUSAL_CACHE_MS, windowEndsAt: now + msBeforeNext });
    const [oldest] = this.refusals.keys();
    if (this.refusals.size > CAPACITY && oldest !== undefined) this.refusals.delete(oldest);
  }

  /** Returns milliseconds until the key's window ends; `null` when the key is not known to be over its limit. */
  msBeforeNext(key: string): number | null {
    const refusal = this.refusals.get(key);
    const now = performance.now();
    if (refusal && now < refusal.forgottenAt && now < refusal.windowEndsAt) return refusal.windowEndsAt - now;
    this.refusals.delete(key);
    return null;
  }

  delete(key: string): void {
    this.refusals.delete(key);
  }
}
