/**
 * Files that are generated from the code and committed. A guarantee test compares the committed files with these
 * functions' output.
 */
import { openApiDocument } from '../openapi/openapi-document.js';
import { routeTable } from '../openapi/route-table.js';
import { describedApp } from './described-app.js';
import { permissionsPage } from './permissions-page.js';

export const GENERATED_FILES = {
  'openapi.json': async () => `${JSON.stringify(openApiDocument(await describedApp()), null, 2)}\n`,
  'docs/permissions.md': async () => permissionsPage(routeTable(await describedApp())),
} as const;
