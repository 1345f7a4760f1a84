import { peopleRevocations } from './people-revocations.js';
import { sessionRevocations } from './session-revocations.js';
import { sqlRevocations } from './sql-revocations.js';
import { tokenRevocations } from './token-revocations.js';

/** Every kind of revocation. */
export const revocationKinds = [...tokenRevocations, ...peopleRevocations, ...sessionRevocations, ...sqlRevocations];
