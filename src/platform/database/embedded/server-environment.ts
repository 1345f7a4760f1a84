/**
 * The whole environment of the server's processes. They get none of this process's own: it may hold secrets, and
 * `PG*` variables in it would change how the server starts.
 */
export const serverEnvironment = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
