/** Text files written by an operator: strict UTF-8, with or without a byte order mark. */
import { readFileSync } from 'node:fs';

/** The file's text, or its fault, as the end of a sentence that names the file. */
export type TextFile = { readonly text: string } | { readonly fault: string };

/**
 * A byte order mark is legal UTF-8 and is removed; it would become part of the first name. Other encodings are refused:
 * decoded with replacement characters, a secret would silently become another one.
 */
export function readTextFile(path: string): TextFile {
  try {
    return decode(readFileSync(path));
  } catch (error) {
    return { fault: `cannot be read (${String((error as NodeJS.ErrnoException).code)})` };
  }
}

function decode(bytes: Buffer): TextFile {
  const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (isUtf16 || bytes.includes(0)) return { fault: 'is not UTF-8 but UTF-16 or binary; save it as UTF-8' };
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return { fault: 'is not UTF-8; save it as UTF-8' };
  }
}
