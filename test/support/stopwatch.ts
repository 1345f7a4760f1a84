const TICK_MS = 20;

/**
 * Starts to measure, and answers what stops it: the milliseconds that have passed for this process. A tick that comes late
 * counts as one, so that the time in which a busy machine lets the process wait is no time of its own. Never more than
 * the wall clock says: for upper bounds only.
 */
export function stopwatch(): () => number {
  let ticks = 0;
  const timer = setInterval(() => (ticks += 1), TICK_MS);
  return () => {
    clearInterval(timer);
    return ticks * TICK_MS;
  };
}
