/**
 * The format of a `.env` file: `NAME=value` lines, quoted values over several lines, comments. A line that other
 * readers of such files (Docker Compose, shells) would read differently is a fault, so that no value is silently cut or
 * dropped.
 */
export interface Dotenv {
  readonly values: ReadonlyMap<string, string>;
  /** Faults name lines and variables, and never repeat a value. */
  readonly faults: readonly string[];
}

interface Assignment {
  readonly name: string;
  readonly line: number;
  readonly value: string;
}

const BLANK = /[ \t]*(?:#[^\n]*)?(?:\n|$)/y;
const HEAD = /[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*=[ \t]*/y;
/** Docker Compose and shells replace it by another variable's value, except in single quotes. */
const REFERENCE = /\$[A-Za-z_{(]/;
const REST_OF_LINE = /([^\n]*)(?:\n|$)/y;

/** Parses the whole text; faulty lines are missing in the values. */
export function parseDotenv(text: string): Dotenv {
  const scanner = new Scanner(text.replace(/\r\n?/g, '\n'));
  const lines = new Map<string, number>();
  const values = new Map<string, string>();
  const faults: string[] = [];
  while (!scanner.atEnd) {
    const { line } = scanner;
    const found = scanner.next();
    if (found === null) continue;
    const earlier = typeof found === 'string' ? undefined : lines.get(found.name);
    if (typeof found === 'string') faults.push(`.env, line ${String(line)}: ${found}`);
    else if (earlier === undefined) values.set(found.name, found.value);
    else faults.push(`${found.name} is set twice in .env (lines ${String(earlier)} and ${String(line)})`);
    if (typeof found !== 'string') lines.set(found.name, found.line);
  }
  return { values, faults };
}

class Scanner {
  private position = 0;

  constructor(private readonly text: string) {}

  get atEnd(): boolean {
    return this.position >= this.text.length;
  }

  get line(): number {
    return this.text.slice(0, this.position).split('\n').length;
  }

  /** Returns an assignment, the fault of the line, or `null` for a blank line or a comment. */
  next(): Assignment | string | null {
    if (this.take(BLANK)) return null;
    const { line } = this;
    const name = this.take(HEAD)?.[1];
    if (name === undefined) {
      this.take(REST_OF_LINE);
      return 'this is neither NAME=value nor a comment';
    }
    const quote = /["'`]/.exec(this.text[this.position] ?? '')?.[0];
    const value = quote === undefined ? this.plain() : this.quoted(quote);
    return value === null ? faultOfValue(name, quote !== undefined) : { name, line, value };
  }

  /**
   * Returns an unquoted value. A `#` begins a comment only after a blank; elsewhere some readers cut the value there
   * and others do not.
   */
  private plain(): string | null {
    const rest = this.take(REST_OF_LINE)?.[1] ?? '';
    const value = /^#\s/.test(rest) ? '' : rest.replace(/[ \t]#.*$/, '').replace(/[ \t]+$/, '');
    return value.includes('#') || REFERENCE.test(value) ? null : value;
  }

  private quoted(quote: string): string | null {
    const end = this.text.indexOf(quote, this.position + 1);
    const inside = this.text.slice(this.position + 1, end);
    if (end >= 0) this.position = end + 1;
    // A quote inside the quotes, or none at the end: the end of the value is ambiguous.
    if (end < 0 || !this.take(BLANK)) {
      this.take(REST_OF_LINE);
      return null;
    }
    if (quote === '"' && REFERENCE.test(inside)) return null;
    return quote === '"' ? inside.replaceAll('\\n', '\n') : inside;
  }

  private take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.position;
    const match = pattern.exec(this.text);
    if (match !== null) this.position = pattern.lastIndex;
    return match;
  }
}

function faultOfValue(name: string, isQuoted: boolean): string {
  if (isQuoted) {
    return `the quotes around ${name} must open and close once, with nothing behind them, and be single ones around a $`;
  }
  return `${name} holds a # or a $: put the value in single quotes`;
}
