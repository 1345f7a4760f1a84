/**
 * Incremental reader of HTTP/1.1 responses (RFC 9112), one at a time, which reports when the status line is complete.
 */

export interface Response {
  readonly status: number;
  /** In order of arrival, names in lower case. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  /** Whether the connection may carry another request. */
  readonly keepsAlive: boolean;
}

const END_OF_LINE = '\r\n';
const END_OF_HEAD = '\r\n\r\n';

export class ResponseReader {
  private text = '';
  private latestStatus: number | null = null;

  /** Status of the latest response, as soon as its status line has arrived. */
  get status(): number | null {
    return this.latestStatus;
  }

  /** Returns the response once it is complete; the reader is then ready for the next one. */
  add(chunk: Buffer): Response | null {
    if (this.text === '') this.latestStatus = null;
    this.text += chunk.toString('latin1');
    if (this.text.includes(END_OF_LINE)) this.latestStatus ??= statusIn(this.text);
    const headEnd = this.text.indexOf(END_OF_HEAD);
    if (headEnd < 0) return null;
    const headers = this.text.slice(0, headEnd).split(END_OF_LINE).slice(1).map(headerOf);
    const status = statusIn(this.text);
    const content = contentOf(this.text.slice(headEnd + END_OF_HEAD.length), status, headers);
    if (content === null) return null;
    this.text = '';
    const body = Buffer.from(content, 'latin1').toString('utf8');
    return { status, headers, body, keepsAlive: valueOf(headers, 'connection')?.toLowerCase() !== 'close' };
  }
}

type Headers = Response['headers'];

export function valueOf(headers: Headers, name: string): string | undefined {
  return headers.find(([each]) => each === name)?.[1];
}

function statusIn(text: string): number {
  return Number(text.slice(0, text.indexOf(END_OF_LINE)).split(' ')[1]);
}

function headerOf(line: string): readonly [string, string] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
}

function contentOf(rest: string, status: number, headers: Headers): string | null {
  if (status === 204 || status === 304) return '';
  if (valueOf(headers, 'transfer-encoding')?.toLowerCase() === 'chunked') return dechunked(rest);
  const length = Number(valueOf(headers, 'content-length') ?? 0);
  return rest.length < length ? null : rest.slice(0, length);
}

/** RFC 9112 section 7.1; this service sends no trailers. */
function dechunked(rest: string): string | null {
  let content = '';
  for (let at = 0; ;) {
    const lineEnd = rest.indexOf(END_OF_LINE, at);
    if (lineEnd < 0) return null;
    const size = Number.parseInt(rest.slice(at, lineEnd), 16);
    const end = lineEnd + END_OF_LINE.length + size;
    if (rest.length < end + END_OF_LINE.length) return null;
    if (size === 0) return content;
    content += rest.slice(lineEnd + END_OF_LINE.length, end);
    at = end + END_OF_LINE.length;
  }
}
