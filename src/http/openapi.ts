/**
 * The OpenAPI 3.1 document. Shapes come from the request and response classes, permissions from the route table, so the
 * document cannot promise what the service does not enforce.
 */
import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { describeProblems, problemResponses, type Operation } from './openapi-problems.js';
import { packageVersion } from './package-version.js';
import { permissionOf, routeTable, type Route } from './route-table.js';

/** Either header carries any kind of credential. */
const GUARDED = [{ bearer: [] }, { 'access-key': [] }];

const DESCRIPTION = [
  'Issue, use and revoke access tokens of people and organizations. Revocation takes effect on the next request.',
  'Errors are `application/problem+json` (RFC 9457); program against `code`.',
  '`x-permission` is what an operation needs, `x-credentials` which kinds of credential can have it.',
].join('\n\n');

export function openApiDocument(app: INestApplication): OpenAPIObject {
  const document = SwaggerModule.createDocument(app, headOf(), { operationIdFactory });
  for (const route of routeTable(app)) {
    const operation = operationOf(document, route);
    if (operation) describe(operation, route);
  }
  return { ...document, paths: sorted(document.paths), components: componentsOf(document) };
}

/** In alphabetical order, so that the order in which modules are imported never shows up as a change. */
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

/** Such as `organizations_list`. Clients are generated from it: renaming a handler breaks them. */
function operationIdFactory(controller: string, method: string): string {
  const subject = controller.replace(/Controller$/, '');
  return `${subject.charAt(0).toLowerCase()}${subject.slice(1)}_${method}`;
}

function operationOf({ paths }: OpenAPIObject, { method, path }: Route): Operation | undefined {
  const template = path.replaceAll(/:(\w+)/g, '{$1}');
  return paths[template]?.[method.toLowerCase() as 'get'];
}

function describe(operation: Operation, route: Route): void {
  const permission = permissionOf(route);
  Object.assign(operation, {
    security: permission === null ? [] : GUARDED,
    'x-permission': permission,
    'x-credentials': route.credentials,
  });
  for (const parameter of operation.parameters ?? []) nameType(parameter);
  for (const [status, response] of Object.entries(operation.responses)) nameOutcome(status, response);
  describeProblems(operation, permission !== null);
}

/** Path parameters that a handler does not take by itself have no type for the generator to see; all are texts. */
function nameType(parameter: NonNullable<Operation['parameters']>[number]): void {
  if ('in' in parameter && parameter.in === 'path') parameter.schema = { type: 'string', ...parameter.schema };
}

const OUTCOMES: Readonly<Record<string, string>> = { 200: 'Done.', 201: 'Created.', 202: 'Accepted.', 204: 'Done.' };

function nameOutcome(status: string, response: Operation['responses'][string]): void {
  if (response && 'description' in response && response.description === '') {
    response.description = OUTCOMES[status] ?? '';
  }
}
