/** Ends what the run started, however the run itself ends. */

type Step = () => Promise<void> | void;

export class Cleanup {
  private readonly steps: Step[] = [];
  private begun = false;

  /** Signals and errors that nobody handles end the run too, with exit code 1. */
  constructor() {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void this.exit(1));
    for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
      process.on(event, (error: unknown) => void this.fail(error));
    }
  }

  add(step: Step): void {
    this.steps.push(step);
  }

  /** What breaks because everything is being taken away is no news. */
  async fail(error: unknown): Promise<void> {
    if (!this.begun) console.error(error);
    await this.exit(1);
  }

  /** What was started last ends first; what cannot be ended does not keep the others from ending. */
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
