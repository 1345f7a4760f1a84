import { describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { GENERATED_FILES } from '../../../src/commands/generated-files.js';

describe('the committed file', () => {
  it.each([
    { name: 'openapi.json', script: 'npm run openapi' },
    { name: 'docs/permissions.md', script: 'npm run docs:permissions' },
  ] as const)('$name is what $script makes of the code', async ({ name }) => {
    const committed = existsSync(name) ? readFileSync(name, 'utf8') : '';
    expect(committed).toBe(await GENERATED_FILES[name]());
  });
});
