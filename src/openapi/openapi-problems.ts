/** Adds the problems that the HTTP layer can return for an operation, whatever its handler does. */
import { getSchemaPath, type OpenAPIObject } from '@nestjs/swagger';
import type { Permission } from '../access-control/permissions.js';
import { AppError } from '../platform/errors/app-error.js';
import { ERROR_CODES, type ErrorCode } from '../platform/errors/error-codes.js';
import { formatted, type ErrorFormat } from '../platform/http/problems/error-format.js';
import { PROBLEM_MEDIA_TYPE, problemOf } from '../platform/http/problems/problem.js';

export type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
type Responses = NonNullable<NonNullable<OpenAPIObject['components']>['responses']>;

const DESCRIPTIONS: Readonly<Record<number, string>> = {
  400: 'Malformed JSON, or more than one credential.',
  401: 'No credential, or one that is not valid.',
  403: 'The permission or the scope is missing.',
  404: 'Not there, or not for you to see.',
  409: 'In conflict with the present state.',
  413: 'The body is larger than 64 KiB.',
  415: 'The body is not labelled `application/json` in UTF-8.',
  422: 'The input is not valid; `errors` names the fields.',
  429: 'Too many requests.',
  503: 'It cannot be decided or done right now; try again.',
};

const RETRY_AFTER = { 'Retry-After': { description: 'Seconds to wait.', schema: { type: 'integer' as const } } };
const CHALLENGE = { 'WWW-Authenticate': { description: 'RFC 6750 section 3.', schema: { type: 'string' as const } } };
const HEADERS = { 401: CHALLENGE, 403: CHALLENGE, 429: RETRY_AFTER, 503: RETRY_AFTER };

/** `mayHaveBody`: the HTTP layer parses the body of every request but GET, whether or not the handler reads it. */
export function describeProblems(operation: Operation, permission: Permission | null, mayHaveBody: boolean): void {
  const declared = Object.keys(operation.responses).map(Number);
  const problems = [...declared.filter((status) => status >= 400), ...edgeProblems(operation, permission, mayHaveBody)];
  for (const status of new Set(problems)) {
    operation.responses[status] = { $ref: `#/components/responses/Problem${String(status)}` };
  }
}

/** Rewrites the problems of an operation into another error format, which may also change their status. */
export function describeInFormat({ responses }: Operation, format: ErrorFormat): void {
  const schema = { $ref: getSchemaPath(format.response) };
  const problems = Object.keys(responses).filter((status) => Number(status) >= 400);
  const described = problems.map((problem) => {
    const { status, headers } = formatted(format, exampleOf(Number(problem)));
    const [mediaType = ''] = headers['content-type']?.split(';') ?? [];
    return [status, { ...responseTo(Number(problem)), content: { [mediaType]: { schema } } }] as const;
  });
  for (const problem of problems) Reflect.deleteProperty(responses, problem);
  Object.assign(responses, Object.fromEntries(described));
}

function exampleOf(status: number): ReturnType<typeof problemOf> {
  const codes = Object.keys(ERROR_CODES) as ErrorCode[];
  return problemOf(new AppError(codes.find((code) => ERROR_CODES[code].status === status) ?? 'internal'), '');
}

/** Shared response components, to which the operations refer. */
export function problemResponses(): Responses {
  const content = { [PROBLEM_MEDIA_TYPE]: { schema: { $ref: '#/components/schemas/ProblemResponse' } } };
  return Object.fromEntries(
    Object.keys(DESCRIPTIONS).map((status) => [`Problem${status}`, { ...responseTo(Number(status)), content }]),
  );
}

function responseTo(status: number): { description: string; headers?: (typeof HEADERS)[keyof typeof HEADERS] } {
  const headers = status in HEADERS ? { headers: HEADERS[status as keyof typeof HEADERS] } : {};
  return { description: DESCRIPTIONS[status] ?? '', ...headers };
}

function edgeProblems(
  { parameters = [], requestBody }: Operation,
  permission: Permission | null,
  mayHaveBody: boolean,
): number[] {
  const places = parameters.map((parameter) => ('in' in parameter ? parameter.in : ''));
  return [
    ...(permission === null ? [] : [400, 401, 429, 503]),
    // `principal:self` is the one permission that every principal has.
    ...(permission === null || permission === 'principal:self' ? [] : [403]),
    ...(places.includes('path') ? [404] : []),
    ...(places.includes('query') ? [422] : []),
    ...(mayHaveBody ? [400, 413, 415] : []),
    ...(requestBody ? [422] : []),
  ];
}
