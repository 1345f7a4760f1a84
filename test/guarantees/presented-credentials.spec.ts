import { beforeAll, describe, expect, it } from '@jest/globals';
import { anonymized, problem } from '../support/problems.js';
import { scene, type Scene } from '../support/scene.js';
import { issue, present } from '../support/tokens.js';

let cast: Scene;
let owner: Scene['owner'];
beforeAll(async () => {
  cast = await scene();
  ({ owner } = cast);
});

describe('two credentials', () => {
  it('that differ are refused, wherever they stand', async () => {
    const issued = await issue('organization', cast, owner);
    const call = owner.get('/api/v1/users/me').set('x-access-key', issued.secret);
    const { headers } = await call.expect(problem(400, 'ambiguous_credentials'));
    expect(headers['www-authenticate']).toBe('Bearer realm="latchkey", error="invalid_request"');
  });

  it('that are the same count as one', async () => {
    const { credential } = owner;
    await owner.get('/api/v1/users/me').set('x-access-key', String(credential)).expect(200);
  });
});

describe('a credential', () => {
  it.each([
    ['an over-long', 'x'.repeat(8000)],
    ['an empty', ''],
    ['a punctuated', '{"a":1}'],
    ['a dotted', '...'],
    ['a percent-encoded', '%00%00'],
    ['a Latin-1', 'lk_org_é'],
  ])('with %s text is refused like any other', async (_, secret) => {
    const unknown = await present(cast.anonymous).set('authorization', 'Bearer lk_org_unknown').expect(401);
    const response = await present(cast.anonymous).set('authorization', `Bearer ${secret}`);
    expect(response.status).toBe(401);
    expect(anonymized(response)).toEqual(anonymized(unknown));
  });
});
