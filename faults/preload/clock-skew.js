/**
 * Preload that shifts a process's wall clock by CLOCK_SKEW_MS. The monotonic clock stays right, as on a real machine.
 */
const skewMs = Number(process.env.CLOCK_SKEW_MS ?? 0);
const TrueDate = Date;

class SkewedDate extends TrueDate {
  /** @param {unknown[]} parts */
  constructor(...parts) {
    // @ts-expect-error: the constructor's overloads cannot be spread into.
    super(...(parts.length === 0 ? [TrueDate.now() + skewMs] : parts));
  }

  /** @override */
  static now() {
    return TrueDate.now() + skewMs;
  }
}

globalThis.Date = /** @type {DateConstructor} */ (/** @type {unknown} */ (SkewedDate));
