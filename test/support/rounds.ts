/**
 * Rounds of a race test. Without the lock under test, a third or more of its rounds fail (35 to 100 % were counted): 20
 * rounds miss that fault once in five thousand runs at most. A race that fails less often needs more rounds; delete its
 * lock and count.
 */
export const ROUNDS = 20;

/**
 * Runs a race many times, two rounds side by side, because most of the time the rivals miss each other. Returns the
 * result of each round. Mutation runs set TEST_ROUNDS to fewer rounds per mutant.
 */
export async function rounds<T>(count: number, round: (index: number) => Promise<T>, abreast = 2): Promise<T[]> {
  const wanted = Math.min(count, Number(process.env.TEST_ROUNDS ?? count));
  const answers: T[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < wanted) {
      const index = next;
      next += 1;
      answers[index] = await round(index);
    }
  };
  await Promise.all(Array.from({ length: abreast }, lane));
  return answers;
}
