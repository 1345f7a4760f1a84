/** The reasons why the data directory cannot be used, in words for the operator. */
import { statSync } from 'node:fs';
import { dirname } from 'node:path';

const BY_CODE: Readonly<Record<string, string | undefined>> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of the disk is used up',
  ENOTDIR: 'a file is where a directory has to be',
  EEXIST: 'a file is where a directory has to be',
  EISDIR: 'a directory is where a file has to be',
  ENOENT: 'it cannot be made there',
  ELOOP: 'its links lead in a circle',
  ENAMETOOLONG: 'the path is too long',
  EIO: 'the disk does not work',
  EMFILE: 'this process may open no more files',
};

/**
 * Returns the file system's error as a sentence that begins with DATA_DIR; `null` for an error of another kind. Another
 * owner is named only if there is one: a user's own directory may be closed too, and a file system may be read-only.
 */
export function dataDirFault(dataDir: string, error: unknown): string | null {
  const { code = '', path = dataDir } = error as NodeJS.ErrnoException;
  const words = BY_CODE[code];
  if (words === undefined || !isWithin(dataDir, path)) return null;
  const owner = code === 'EACCES' ? otherOwnerOf(path) : '';
  return (
    `DATA_DIR: ${path} cannot be used: ${words} (${code})${owner}. ` +
    'Mend that, or set DATA_DIR to a directory that this user may write to.'
  );
}

function otherOwnerOf(path: string): string {
  const self = process.getuid?.();
  const existing = nearestExisting(path);
  if (existing === null || existing.uid === self) return '';
  return `; ${existing.path} belongs to user id ${String(existing.uid)}, and this is user id ${String(self)}`;
}

function nearestExisting(path: string): { path: string; uid: number } | null {
  try {
    return { path, uid: statSync(path).uid };
  } catch {
    return dirname(path) === path ? null : nearestExisting(dirname(path));
  }
}

/** The failing directory may be one above it. */
function isWithin(dataDir: string, path: string): boolean {
  return path.startsWith(dataDir) || dataDir.startsWith(path);
}
