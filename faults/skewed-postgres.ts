/** PostgreSQL with a wall clock whose offset is read from a file: libfaketime, preloaded by a wrapper script. */
import { chmodSync, existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SkewedServer {
  readonly program: string;
  readonly trueProgram: string;
  readonly offsetFile: string;
  readonly directory: string;
}

const LIBRARIES = ['x86_64-linux-gnu', 'aarch64-linux-gnu'].map(
  (machine) => `/usr/lib/${machine}/faketime/libfaketime.so.1`,
);

/** Throws when libfaketime is not installed: a run without it would prove nothing about the database's clock. */
export function skewedServer(trueProgram: string): SkewedServer {
  const library = LIBRARIES.find((each) => existsSync(each));
  if (library === undefined) throw new Error('libfaketime is missing: apt-get install libfaketime');
  // Readable by the account that runs the server.
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-clock-'));
  chmodSync(directory, 0o755);
  const [program, offsetFile] = [join(directory, 'postgres'), join(directory, 'offset')];
  writeFileSync(offsetFile, '+0\n');
  const environment = [
    `LD_PRELOAD=${library}`,
    `FAKETIME_TIMESTAMP_FILE=${offsetFile}`,
    'FAKETIME_NO_CACHE=1',
    'FAKETIME_DONT_FAKE_MONOTONIC=1',
    'NO_FAKE_STAT=1',
  ];
  writeFileSync(program, `#!/bin/sh\nexport ${environment.join(' ')}\nexec '${trueProgram}' "$@"\n`, { mode: 0o755 });
  chmodSync(program, 0o755);
  return { program, trueProgram, offsetFile, directory };
}
