/**
 * The only body parser. Every body is JSON in UTF-8, or the request is refused, whatever its content type. A body that
 * one layer ignores and another reads would bypass validation.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { parse } from 'secure-json-parse';
import { RouterConfigOfAll } from '../config/router-config.js';
import { AppError } from '../errors/app-error.js';
import { MAX_JSON_DEPTH, nestsDeeperThan, refuseUnstorableText } from '../validation/json-limits.js';

export const BODY_LIMIT_BYTES = 64 * 1024;

declare module 'fastify' {
  interface FastifyContextConfig {
    readsUnlabelledJson?: boolean;
  }
}

/**
 * Decorates a controller for clients that send JSON without a Content-Type; any other type is still refused. Not for
 * routes authenticated by a cookie: a foreign site's page can send such a body without a preflight.
 */
export const ReadsUnlabelledJson = (): ClassDecorator => RouterConfigOfAll({ readsUnlabelledJson: true });

/** RFC 8259 section 11 defines no parameter. `charset=utf-8` is common and harmless; any other one is refused. */
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

/** An empty body counts as no body, so that a DELETE whose client always sends a JSON content type still revokes. */
function parseBody(request: FastifyRequest, body: Buffer): unknown {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (!isLabelledJson(request) || encoding.toLowerCase() !== 'identity') {
    throw new AppError('unsupported_media_type', { detail: 'Send application/json in UTF-8.' });
  }
  if (body.length === 0) return undefined;
  const text = decodeUtf8(body);
  if (nestsDeeperThan(MAX_JSON_DEPTH, text)) {
    throw new AppError('malformed_json', { detail: `The body nests deeper than ${String(MAX_JSON_DEPTH)} levels.` });
  }
  const value = parseJson(text);
  refuseUnstorableText(value);
  return value;
}

function isLabelledJson({ headers, routeOptions }: FastifyRequest): boolean {
  const label = headers['content-type'];
  return label === undefined ? routeOptions.config.readsUnlabelledJson === true : JSON_MEDIA_TYPE.test(label);
}

/** Lenient decoding would map different bytes to the same replacement character. */
function decodeUtf8(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw new AppError('malformed_json', { detail: 'The body is not UTF-8.' });
  }
}

/** `__proto__` and `constructor.prototype` are refused and not dropped: no client sends them by accident. */
function parseJson(text: string): unknown {
  try {
    return parse(text, { protoAction: 'error', constructorAction: 'error' }) as unknown;
  } catch {
    throw new AppError('malformed_json', { detail: 'The body is not valid JSON.' });
  }
}
