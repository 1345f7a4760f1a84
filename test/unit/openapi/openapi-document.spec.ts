import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';

interface Operation {
  readonly parameters?: readonly { name: string; in: string; required?: boolean }[];
  readonly requestBody?: { required?: boolean };
}

const { paths } = JSON.parse(readFileSync('openapi.json', 'utf8')) as {
  paths: Record<string, Record<string, Operation>>;
};
const operations = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, path, operation })),
);

describe('the OpenAPI document', () => {
  it.each(operations)('declares every parameter in the path of $name', ({ path, operation }) => {
    const declared = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);

    expect(declared.map(({ name }) => name).sort()).toEqual(inPath.sort());
    expect(declared.every(({ required }) => required)).toBe(true);
  });

  it.each(['/api/v1/organizations/{organization}/tokens/{tokenId}', '/api/v1/token'])(
    'lets DELETE %s go without a body',
    (path) => {
      expect(paths[path]?.delete?.requestBody?.required).toBe(false);
    },
  );
});
