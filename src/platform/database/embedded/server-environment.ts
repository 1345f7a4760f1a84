/**
 * The whole environment of the server's processes. This process's own environment is not passed on: it may hold
 * secrets, and `PG*` variables would change how the server starts.
 */
export const serverEnvironment = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
