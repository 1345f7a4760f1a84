/**
 * The one body parser. Every body is JSON in UTF-8 or the request is refused, whatever its label says: a body that one
 * layer ignores and another reads is how validation gets bypassed.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { parse } from 'secure-json-parse';
import { AppError } from '../errors/app-error.js';
import { RouterConfigOfAll } from '../config/router-config.js';
import { DEEPEST_JSON, nestsDeeperThan, refuseUnstorableText } from '../validation/json-limits.js';

export const BODY_LIMIT_BYTES = 64 * 1024;

declare module 'fastify' {
  interface FastifyContextConfig {
    readsUnlabelledJson?: boolean;
  }
}

/**
 * On a controller for clients that send JSON without a Content-Type. Any other label is still refused. Not for routes that
 * a cookie authenticates: a foreign site's page can send such a body without asking first.
 */
export const ReadsUnlabelledJson = (): ClassDecorator => RouterConfigOfAll({ readsUnlabelledJson: true });

/** RFC 8259 section 11 defines no parameter; `charset=utf-8` is common and harmless, anything else is not understood. */
const JSON_MEDIA_TYPE = /^application\/json[ \t]*;?[ \t]*(?:charset=(?:utf-?8|"utf-?8")[ \t]*)?$/i;

export function parseBodies(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_LIMIT_BYTES }, (request, body, done) => {
    try {
      done(null, request.is404 ? undefined : parseBody(request, body as Buffer));
    } catch (error) {
      done(error as Error);
    }
  });
}

/** An empty body is no body, so that a DELETE whose client always labels JSON still revokes. */
function parseBody(request: FastifyRequest, body: Buffer): unknown {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (!isLabelledJson(request) || encoding.toLowerCase() !== 'identity') {
    throw new AppError('unsupported_media_type', { detail: 'Send application/json in UTF-8.' });
  }
  if (body.length === 0) return undefined;
  const text = decodeUtf8(body);
  if (nestsDeeperThan(DEEPEST_JSON, text)) {
    throw new AppError('malformed_json', { detail: `The body nests deeper than ${String(DEEPEST_JSON)} levels.` });
  }
  const value = parseJson(text);
  refuseUnstorableText(value);
  return value;
}

function isLabelledJson({ headers, routeOptions }: FastifyRequest): boolean {
  const label = headers['content-type'];
  return label === undefined ? routeOptions.config.readsUnlabelledJson === true : JSON_MEDIA_TYPE.test(label);
}

/** Lenient decoding would turn different bytes into the same replacement character. */
function decodeUtf8(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw new AppError('malformed_json', { detail: 'The body is not UTF-8.' });
  }
}

/** `__proto__` and `constructor.prototype` are refused rather than dropped: nobody sends them by accident. */
function parseJson(text: string): unknown {
  try {
    return parse(text, { protoAction: 'error', constructorAction: 'error' }) as unknown;
  } catch {
    throw new AppError('malformed_json', { detail: 'The body is not valid JSON.' });
  }
}
