/** The router's own list of routes, which includes routes that no controller declares. */
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** Entries such as `GET /api/v1/organizations/:organization`, sorted; HEAD is left out where GET exists. */
export function routerEntries(nest: NestFastifyApplication): string[] {
  const tree = nest.getHttpAdapter().getInstance().printRoutes({ commonPrefix: false });
  const parents: string[] = [];
  const entries = tree.split('\n').flatMap((line) => {
    const [, branch = '', segment = '', methods = ''] = /^([\s│├└─]*)(\S+) \(([^)]+)\)$/.exec(line) ?? [];
    const depth = branch.length / 4;
    const path = `${parents[depth - 2] ?? ''}${segment}`;
    parents[depth - 1] = path;
    return methods.split(', ').map((method) => `${method} ${path}`);
  });
  return entries.filter((entry) => /^[A-Z]+ [/*]/.test(entry) && !isHeadOfGet(entry, entries)).sort();
}

function isHeadOfGet(entry: string, entries: readonly string[]): boolean {
  return entry.startsWith('HEAD ') && entries.includes(entry.replace('HEAD ', 'GET '));
}
