/**
 * Keys that were over their limit a moment ago. They are refused from memory, so that a flood of refusals costs one query
 * a second and key. Not until the window ends: another instance may have forgiven the key meanwhile.
 */

const REMEMBERED_MS = 1_000;
const CAPACITY = 10_000;

interface Refusal {
  readonly forgottenAt: number;
  readonly windowEndsAt: number;
}

export class RefusedKeys {
  /** In the order of their end, since all are remembered equally long. */
  private readonly refusals = new Map<string, Refusal>();

  /** `msBeforeNext`: until the key's window ends. */
  add(key: string, msBeforeNext: number): void {
    const now = performance.now();
    this.refusals.delete(key);
    this.refusals.set(key, { forgottenAt: now + REMEMBERED_MS, windowEndsAt: now + msBeforeNext });
    const [oldest] = this.refusals.keys();
    if (this.refusals.size > CAPACITY && oldest !== undefined) this.refusals.delete(oldest);
  }

  /** Milliseconds until the key's window ends; `null` when it is not known to be over its limit. */
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
