/**
 * The lock that allows one service per data directory. It is the kernel's (`flock`) and ends with the process. There is
 * no stale lock after kill -9 and no confusion by a reused pid; it also works between containers that share a volume.
 */
import { spawnSync } from 'node:child_process';
import { chownSync, closeSync, constants, ftruncateSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** macOS and the BSDs take the lock while opening the file; Node has no name for the flag. */
const O_EXLOCK = 0x20;

export class DataDirLock {
  private constructor(private readonly fd: number) {}

  /** Throws, naming the directory and the holder's pid, when another process (or this one, twice) holds the lock. */
  static acquire(dataDir: string): DataDirLock {
    const path = join(dataDir, 'lock');
    const fd = openLocked(path);
    if (fd === null) {
      throw new Error(
        `The data directory ${dataDir} is in use by process ${readHolder(path)}. ` +
          'Stop that process first, or give this one another DATA_DIR.',
      );
    }
    ftruncateSync(fd);
    writeSync(fd, `${process.pid}\n`, 0);
    ownLikeDirectory(path, dataDir);
    return new DataDirLock(fd);
  }

  release(): void {
    closeSync(this.fd);
  }
}

function openLocked(path: string): number | null {
  const flags = constants.O_RDWR | constants.O_CREAT;
  if (process.platform !== 'linux') {
    try {
      return openSync(path, flags | constants.O_NONBLOCK | O_EXLOCK, 0o600);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return null;
      throw error;
    }
  }
  const fd = openSync(path, flags, 0o600);
  // The lock belongs to the open file, which this process and the short-lived `flock` share: it outlasts `flock`.
  const flock = spawnSync('flock', ['--exclusive', '--nonblock', '3'], { stdio: ['ignore', 'ignore', 'pipe', fd] });
  if (flock.status === 0) return fd;
  closeSync(fd);
  if (flock.status === 1) return null;
  const reason = flock.error?.message ?? String(flock.stderr).trim();
  throw new Error(
    `Cannot lock ${path}: ${reason}. The embedded database needs the command flock (package util-linux).`,
  );
}

function readHolder(path: string): string {
  return readFileSync(path, 'utf8').trim() || '(just starting)';
}

/** Started once as root in an ordinary user's directory, the service must not lock that user out afterwards. */
function ownLikeDirectory(path: string, directory: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(directory);
  chownSync(path, uid, gid);
}
