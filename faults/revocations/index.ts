import { peopleVerbs } from './people-revocations.js';
import { sessionVerbs } from './session-revocations.js';
import { sqlVerbs } from './sql-revocations.js';
import { tokenVerbs } from './token-revocations.js';

/** Every kind of revocation. */
export const verbs = [...tokenVerbs, ...peopleVerbs, ...sessionVerbs, ...sqlVerbs];
