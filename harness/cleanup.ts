/** Cleanup: ends everything that the run started, however the run itself ends. */

type Step = () => Promise<void> | void;

export class Cleanup {
  private readonly steps: Step[] = [];
  private begun = false;

  /** Signals and unhandled errors end the run too, with exit code 1. */
  constructor() {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void this.exit(1));
    for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
      process.on(event, (error: unknown) => void this.fail(error));
    }
  }

  add(step: Step): void {
    this.steps.push(step);
  }

  /** Errors during the cleanup are not reported. */
  async fail(error: unknown): Promise<void> {
    if (!this.begun) console.error(error);
    await this.exit(1);
  }

  /** Ends in reverse order of the start; a step that fails does not stop the others. */
  async exit(code: number): Promise<void> {
    if (this.begun) return;
    this.begun = true;
    for (const step of this.steps.reverse()) {
      try {
        await step();
      } catch (error) {
        console.error(error);
      }
    }
    process.exit(code);
  }
}
