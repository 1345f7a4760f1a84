/** Wall clock of the process that runs test and service; monotonic clocks and timers are unaffected. */

const HONEST = Date;

/** Shifts every reading by so many milliseconds until `restore`. */
export function moveProcessClock(byMs: number): { restore: () => void } {
  const now = (): number => HONEST.now() + byMs;
  // A proxy instead of a subclass: dates made by either are instances of both.
  globalThis.Date = new Proxy(HONEST, {
    construct: (target, given: unknown[]) => (given[0] === undefined ? new target(now()) : make(target, given)),
    get: (target, name) => (name === 'now' ? now : (Reflect.get(target, name) as unknown)),
  });
  return {
    restore: () => {
      globalThis.Date = HONEST;
    },
  };
}

function make(target: DateConstructor, given: readonly unknown[]): Date {
  return Reflect.construct(target, given) as Date;
}
