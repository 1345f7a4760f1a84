/**
 * The end of a process by an uncaught error. Node.js would print the error with all its members, including query
 * parameters, rows and URLs; this handler prints it in the form of the log.
 */
import { loggableError } from '../logging/loggable-error.js';

/** Ends the process with code 1, as Node.js does. Child processes are ended by listeners of its `exit` event. */
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
