/**
 * OpenAPI 3.1 document. Schemas come from the request and response classes, permissions from the route table. So the
 * document cannot promise a rule that the service does not enforce.
 */
import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { packageVersion } from '../platform/process/package-version.js';
import { describeInFormat, describeProblems, problemResponses, type Operation } from './openapi-problems.js';
import { permissionOf, routeTable, type Route } from './route-table.js';

/** Security requirement of protected routes: either header carries any kind of credential. */
const GUARDED = [{ bearer: [] }, { 'access-key': [] }];

const DESCRIPTION = [
  'Issue, use and revoke access tokens of people and organizations. Revocation takes effect on the next request.',
  'Errors are `application/problem+json` (RFC 9457); program against `code`.',
  '`x-permission` is what an operation needs, `x-credentials` which kinds of credential can have it.',
].join('\n\n');

export function openApiDocument(app: INestApplication): OpenAPIObject {
  const document = SwaggerModule.createDocument(app, headOf(), {
    // Each handler declares its own: generated clients use it, and renaming a class or a method must change none.
    operationIdFactory: () => '',
  });
  for (const route of routeTable(app)) {
    const operation = operationOf(document, route);
    if (operation) describe(operation, route, document.components?.schemas ?? {});
  }
  return { ...document, paths: sorted(document.paths), components: componentsOf(document) };
}

/** Components in alphabetical order, so that the order of module imports does not change the document. */
function componentsOf({ components = {} }: OpenAPIObject): NonNullable<OpenAPIObject['components']> {
  return { ...components, responses: problemResponses(), schemas: sorted(components.schemas ?? {}) };
}

function sorted<T>(members: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(members).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function headOf(): Omit<OpenAPIObject, 'paths'> {
  return new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Latchkey')
    .setDescription(DESCRIPTION)
    .setVersion(packageVersion())
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'A session’s bearer or an access token.' })
    .addApiKey({ type: 'apiKey', in: 'header', name: 'X-Access-Key', description: 'The same, bare.' }, 'access-key')
    .build();
}

function operationOf({ paths }: OpenAPIObject, { method, path }: Route): Operation | undefined {
  const template = path.replaceAll(/:(\w+)/g, '{$1}');
  return paths[template]?.[method.toLowerCase() as 'get'];
}

type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;

function describe(operation: Operation, route: Route, schemas: Schemas): void {
  const permission = permissionOf(route);
  Object.assign(operation, {
    security: permission === null ? [] : GUARDED,
    'x-permission': permission,
    'x-credentials': route.credentials,
  });
  if (operation.summary === '') delete operation.summary;
  if (operation.operationId === '') delete operation.operationId;
  declarePathParameters(operation, route.path);
  makeBodyOptional(operation, schemas);
  for (const [status, response] of Object.entries(operation.responses)) describeStatus(status, response);
  describeProblems(operation, permission, route.method !== 'GET');
  if (route.errorFormat) describeInFormat(operation, route.errorFormat);
}

/** Declares path parameters that a guard reads, because no handler shows them to the generator. All are strings. */
function declarePathParameters(operation: Operation, path: string): void {
  const declared = (operation.parameters ?? []).filter((parameter) => 'in' in parameter);
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => {
    const known = declared.find((parameter) => parameter.in === 'path' && parameter.name === name);
    return {
      ...known,
      name,
      in: 'path' as const,
      required: true,
      schema: { type: 'string' as const, ...known?.schema },
    };
  });
  operation.parameters = [...inPath, ...declared.filter((parameter) => parameter.in !== 'path')];
}

/** Makes a body optional when all of its fields are. */
function makeBodyOptional({ requestBody }: Operation, schemas: Schemas): void {
  if (!requestBody || !('content' in requestBody)) return;
  const schema = requestBody.content['application/json']?.schema;
  const named = schema && '$ref' in schema ? schemas[schema.$ref.split('/').at(-1) ?? ''] : schema;
  if (named && 'properties' in named && (named.required ?? []).length === 0) requestBody.required = false;
}

const OUTCOMES: Readonly<Record<string, string>> = { 200: 'Done.', 201: 'Created.', 202: 'Accepted.', 204: 'Done.' };

function describeStatus(status: string, response: Operation['responses'][string]): void {
  if (response && 'description' in response && response.description === '') {
    response.description = OUTCOMES[status] ?? '';
  }
}
