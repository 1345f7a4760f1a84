import { peopleVerbs } from './people-verbs.js';
import { sessionVerbs } from './session-verbs.js';
import { sqlVerbs } from './sql-verbs.js';
import { tokenVerbs } from './token-verbs.js';

/** Every way to take a credential's rights away. */
export const verbs = [...tokenVerbs, ...peopleVerbs, ...sessionVerbs, ...sqlVerbs];
