/**
 * How often a race is run of whose rounds a third or more go wrong (35 to 100 % were counted) without the lock that it
 * guards: 20 rounds let that fault pass once in five thousand runs at most. A race that seldom goes wrong needs more: count how
 * often it does, with its line deleted.
 */
export const ROUNDS = 20;

/**
 * Runs a race many times, two rounds side by side: one round proves nothing, because most of the time the rivals miss
 * each other. Answers what each round answered. Under mutation, where TEST_ROUNDS is set, each mutant gets fewer.
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
