/** Clients parse the body of a deletion, and there is nothing to say: `{}`. */
export type Nothing = Record<string, never>;

/** The same in OpenAPI. */
export const NOTHING = { type: 'object', maxProperties: 0 };
