/**
 * The end of a process by an error that nobody caught. Node.js would print the error with all its members, and with them
 * query parameters, rows and URLs; this prints it as the log would.
 */
import { loggableError } from '../logging/loggable-error.js';

/** Ends the process with code 1, as Node.js does. What has to end with it hangs on its `exit` event. */
export function reportCrashes(write: (line: string) => void): void {
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      write(
        JSON.stringify({ level: 60, msg: 'Latchkey ends: an error that nobody caught', err: loggableError(error) }),
      );
      process.exit(1);
    });
  }
}
