/** The wall clock of the process that runs test and service; monotonic clocks and timers go on as they are. */

const HONEST = Date;

/** Every reading is so many milliseconds off until `restore`. */
export function moveProcessClock(byMs: number): { restore: () => void } {
  const now = (): number => HONEST.now() + byMs;
  // A proxy and no subclass: what was made by either is an instance of both.
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
