/** Pure. */

/**
 * The work's result, or a rejection once `limitMs` milliseconds have passed. The pool's own limits hold for each step of
 * a query (wait for a connection, connect, run), so that together they would allow a multiple.
 */
export async function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const expiry = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${limitMs} ms`)), limitMs);
  });
  try {
    return await Promise.race([work, expiry]);
  } finally {
    clearTimeout(timer);
  }
}
