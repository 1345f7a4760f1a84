/** The command line that started this process, ready to be typed again. Pure. */

/** `script` is the npm script's name; without it Node was started with the file itself. */
export function commandOf(script: string | undefined, args: readonly string[]): string {
  const start = script === undefined ? 'node --import ./harness/typescript.js bench/main.ts' : `npm run ${script}`;
  if (args.length === 0) return start;
  const words = args.map((word) =>
    /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`,
  );
  return [start, ...(script === undefined ? [] : ['--']), ...words].join(' ');
}
