/** Runs a client by lines: `["method", …args]` in, `answer …` out. What the client prints by itself passes as it is. */
import { createInterface } from 'node:readline';

/** @param {(method: string, args: unknown[]) => Promise<unknown>} call */
export async function answerLines(call) {
  for await (const line of createInterface({ input: process.stdin })) {
    const [method, ...args] = /** @type {[string, ...unknown[]]} */ (JSON.parse(line));
    process.stdout.write(`\nanswer ${JSON.stringify((await call(method, args)) ?? null)}\n`);
  }
}
