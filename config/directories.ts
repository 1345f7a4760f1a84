/** Directories that only the service's own account may enter. */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Creates the directory and missing parents, mode 0700. Throws the file system's error. Not `mkdirSync` with
 * `recursive`: that loops forever where an existing directory takes no new entry, as `/proc` does. An existing path may
 * be a file; the first access to it then fails.
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
