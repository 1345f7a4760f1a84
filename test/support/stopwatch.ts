const TICK_MS = 20;

/**
 * Starts a measurement and returns the function that stops it: the milliseconds for which this process could run. A
 * late tick counts as one, so that time spent waiting for a busy machine is excluded. Never more than the wall clock:
 * for upper bounds only.
 */
export function stopwatch(): () => number {
  let ticks = 0;
  const timer = setInterval(() => (ticks += 1), TICK_MS);
  return () => {
    clearInterval(timer);
    return ticks * TICK_MS;
  };
}
