/** `npm run routes`: method, path, permission and credential kinds of every route. */
import { permissionOf, routeTable } from '../openapi/route-table.js';
import { describedApp } from './described-app.js';

const rows = routeTable(await describedApp()).map((route) => [
  route.method,
  route.path,
  permissionOf(route) ?? (route.requirement ? 'public' : 'UNDECLARED'),
  route.credentials.join(', '),
]);
const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
for (const row of rows) {
  process.stdout.write(
    `${row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()}\n`,
  );
}
