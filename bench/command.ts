/** The command that started this process, as somebody would type it again. Pure. */

/** `script` is what npm calls the script it runs; without it Node ran the file itself. */
export function commandOf(script: string | undefined, args: readonly string[]): string {
  const start = script === undefined ? 'node --import ./harness/typescript.js bench/main.ts' : `npm run ${script}`;
  if (args.length === 0) return start;
  const words = args.map((word) =>
    /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`,
  );
  return [start, ...(script === undefined ? [] : ['--']), ...words].join(' ');
}
