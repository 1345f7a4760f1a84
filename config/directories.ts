/** Directories that only the service's own account may enter. */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes the directory and what lacks above it, mode 0700. Throws the file system's error. Not `mkdirSync` with `recursive`: that
 * asks without end where a directory is there and takes no new entry, as `/proc` does.
 * What is there already may be a file, which whatever is done in it then finds.
 */
export function makePrivateDirectory(path: string, isLast = false): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || isLast || dirname(path) === path) throw error;
    makePrivateDirectory(dirname(path));
    makePrivateDirectory(path, true);
  }
}
