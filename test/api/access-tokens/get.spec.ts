import { beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { IssuedToken } from '../../support/actors.js';
import { anonymized, problem } from '../../support/problems.js';
import { found, scene, type Scene } from '../../support/scene.js';
import { issue, PERSONAL_TOKENS, TOKEN_KINDS, tokenPath, tokensPath } from '../../support/tokens.js';

describe.each(TOKEN_KINDS)('GET one of the %s tokens', (kind) => {
  let cast: Scene;
  let issued: IssuedToken;
  let path: string;
  beforeAll(async () => {
    cast = await scene();
    issued = await issue(kind, cast, cast.owner);
    path = tokenPath(kind, cast, issued);
  });

  describe('succeeds', () => {
    it('shows the token as it was issued, without the secret', async () => {
      const response = await cast.owner.get(path).expect(200);
      expect(response.body).toEqual(issued.token);
      expect(response.text).not.toContain(issued.secret.slice(10, -4));
    });

    it('takes the id in capitals', async () => {
      await cast.owner.get(`${tokensPath(kind, cast)}/${issued.token.id.toUpperCase()}`).expect(200);
    });
  });

  describe('authenticates', () => {
    it('asks for a credential', async () => {
      await cast.anonymous.get(path).expect(problem(401, 'unauthenticated'));
    });
  });

  describe('hides', () => {
    it.each(['x', randomUUID(), '%00', '{0}', 'revoke', "'", `${randomUUID()}%20`])('knows no token %s', async (id) => {
      await cast.owner.get(`${tokensPath(kind, cast)}/${id}`).expect(problem(404, 'not_found'));
    });

    it('answers for a foreign token as for none', async () => {
      const foreign = await foreignToken(cast);
      const none = await cast.owner.get(`${tokensPath(kind, cast)}/${randomUUID()}`).expect(404);
      for (const id of foreign) {
        const response = await cast.owner.get(`${tokensPath(kind, cast)}/${id}`).expect(404);
        expect(anonymized(response)).toEqual(anonymized(none));
      }
    });
  });
});

/** Ids of tokens that are not the owner's, of both kinds. */
async function foreignToken({ outsider }: Scene): Promise<string[]> {
  const organization = await found(outsider);
  const foreign = await outsider.issueOrganizationToken(organization.id, ['organization:read']);
  const personal = await outsider.issuePersonalToken(['user:read']);
  return [foreign.token.id, personal.token.id];
}

describe('one token is not reached by the other’s path', () => {
  it('neither a personal one through the organization nor the other way round', async () => {
    const cast = await scene();
    const personal = await issue('personal', cast, cast.owner);
    const organizational = await issue('organization', cast, cast.owner);
    await cast.owner.get(`${cast.organization.path}/tokens/${personal.token.id}`).expect(problem(404, 'not_found'));
    await cast.owner.get(`${PERSONAL_TOKENS}/${organizational.token.id}`).expect(problem(404, 'not_found'));
  });
});
