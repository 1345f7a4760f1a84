/** How this process uses memory for speed, decided once, before there is much to keep. */
import { setFlagsFromString } from 'node:v8';

/**
 * V8 lets garbage grow to several times of what is alive before it looks through the old space. Here what is alive is facts
 * by the hundred thousand, which change seldom: looking more often costs nothing that can be measured, and halves the
 * resident memory of a process that has just met all its tokens (docs/benchmarks.md).
 */
const GARBAGE_PERCENT = 30;

export function keepHeapTight(): void {
  setFlagsFromString(`--heap-growing-percent=${String(GARBAGE_PERCENT)}`);
}
