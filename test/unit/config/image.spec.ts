/** What the image and Compose publish, and as whom they run: read from the files, as there is no engine to ask. */
import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';

const compose = readFileSync('docker-compose.yml', 'utf8');
const dockerfile = readFileSync('Dockerfile', 'utf8');

/** The lines of one top-level section, or of one entry of `services`, that are no comments. */
function block(text: string, head: string): string {
  const lines = text.split('\n').filter((line) => !line.trim().startsWith('#'));
  const start = lines.indexOf(head);
  const depth = head.search(/\S/);
  const length = lines.slice(start + 1).findIndex((line) => line.trim() !== '' && line.search(/\S/) <= depth);
  return start < 0 ? '' : lines.slice(start, length < 0 ? undefined : start + 1 + length).join('\n');
}

describe('Compose', () => {
  const service = block(compose, '  latchkey:');
  const postgres = block(compose, '  postgres:');

  it('publishes one port, of the service, on loopback', () => {
    expect(compose.match(/^\s*(?:ports|expose|network_mode):.*$/gm)).toEqual(["    ports: ['127.0.0.1:3000:3000']"]);
    expect(service).toContain("ports: ['127.0.0.1:3000:3000']");
    expect(postgres).toContain('image: postgres:18');
    expect(postgres).not.toContain('ports:');
  });

  it('keeps the database on a network without a way out', () => {
    expect(block(compose, 'networks:')).toMatch(/^ {2}database: \{ internal: true \}$/m);
    expect(postgres).toContain('networks: [database]');
    expect(service).toContain('networks: [edge, database]');
  });

  it('gives the service no rights that it does not need', () => {
    for (const line of ['read_only: true', 'cap_drop: [ALL]', "security_opt: ['no-new-privileges:true']"]) {
      expect(service).toContain(`    ${line}`);
    }
    expect(postgres).toContain("security_opt: ['no-new-privileges:true']");
    expect(compose).not.toMatch(/^\s*(?:privileged|user|cap_add|pid|ipc|devices):/m);
  });

  it('has no secret of its own: each must be given', () => {
    const secrets = [
      'POSTGRES_PASSWORD',
      'DATABASE_PASSWORD',
      'TOKEN_HASH_KEYS',
      'JWT_PRIVATE_KEY',
      'LEDGER_ENCRYPTION_KEYS',
    ];
    for (const name of secrets) expect(compose).toContain(`\${${name}:?`);
    expect(compose).not.toMatch(/\$\{\w*(?:PASSWORD|KEYS?|SECRET|TOKEN\w*):-/);
    expect(compose).not.toMatch(/trust|POSTGRES_HOST_AUTH_METHOD/);
    // It has defaults for what is none, so that the pattern above could find one.
    expect(compose).toMatch(/\$\{PUBLIC_URL:-/);
  });
});

describe('the image', () => {
  const [, final = ''] = /^FROM node:24-slim\n([\s\S]*)$/m.exec(dockerfile) ?? [];

  it('runs the service as an ordinary user who may write nothing of it', () => {
    expect(final.match(/^USER .*$/gm)).toEqual(['USER node']);
    expect(final.indexOf('USER node')).toBeLessThan(final.indexOf('\nCMD '));
    expect(final).not.toMatch(/--chown|chmod|sudo|ADD /);
  });

  it('keeps its data where only that user may look, and publishes one port', () => {
    expect(final).toContain('RUN mkdir --mode=0700 /data && chown node:node /data');
    expect(final.match(/^EXPOSE .*$/gm)).toEqual(['EXPOSE 3000']);
  });

  it('has no secret built in', () => {
    expect(dockerfile).not.toMatch(/^(?:ENV|ARG) .*(?:PASSWORD|SECRET|TOKEN|KEY|_URL)/m);
    expect(dockerfile).toMatch(/^ENV NODE_ENV=production HOST=0\.0\.0\.0 PORT=3000 DATA_DIR=\/data$/m);
    expect(dockerfile).not.toMatch(/COPY (?:\.|--from=\S+ \.) /);
  });
});
