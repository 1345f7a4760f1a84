/** Serves the OpenAPI document and a page that shows it. The page loads everything from this server. */
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { openApiDocument } from './openapi-document.js';

/**
 * Content Security Policy of the page. It allows more than the API's: own scripts, styles and images, and calls to this
 * API.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join(';');

/** The validator is off: it would send the document to a third party. */
const START_SCRIPT = `SwaggerUIBundle({
  url: new URL('../openapi.json', document.currentScript.src).href,
  dom_id: '#page',
  deepLinking: true,
  validatorUrl: null,
  persistAuthorization: false,
});
`;

/** Files of the library that are served; all others are not. */
const LIBRARY_FILES: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

export function serveDocs(app: NestFastifyApplication): void {
  const server = app.getHttpAdapter().getInstance();
  // A Buffer, so that slow clients share its bytes. Each unread response would hold its own copy of a string.
  let document: Buffer | undefined;
  server.get('/openapi.json', (_request, reply) => {
    document ??= Buffer.from(JSON.stringify(openApiDocument(app)));
    return reply.type('application/json; charset=utf-8').send(document);
  });
  server.get('/docs', (_request, reply) => sendPage(reply, './docs/'));
  server.get('/docs/', (_request, reply) => sendPage(reply, './'));
  server.get('/docs/start.js', (_request, reply) => reply.type('text/javascript; charset=utf-8').send(START_SCRIPT));
  for (const [name, type] of Object.entries(LIBRARY_FILES)) {
    let content: Promise<Buffer> | undefined;
    server.get(`/docs/${name}`, async (_request, reply) =>
      reply
        .type(type)
        .header('cache-control', 'public, max-age=3600')
        .send(await (content ??= readLibrary(name))),
    );
  }
}

function sendPage(reply: FastifyReply, assets: string): FastifyReply {
  void reply.header('content-security-policy', CONTENT_SECURITY_POLICY);
  return reply.type('text/html; charset=utf-8').send(pageOf(assets));
}

/** HTML of the page. `assets` is the relative path to its files, so that it works behind a proxy with a path prefix. */
function pageOf(assets: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>Latchkey API</title>
    <link rel="icon" type="image/png" href="${assets}favicon-32x32.png">
    <link rel="stylesheet" href="${assets}swagger-ui.css">
  </head>
  <body>
    <div id="page"></div>
    <script src="${assets}swagger-ui-bundle.js"></script>
    <script src="${assets}start.js"></script>
  </body>
</html>
`;
}

function readLibrary(name: string): Promise<Buffer> {
  const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  return readFile(join(folder, name));
}
