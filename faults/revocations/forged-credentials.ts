/**
 * Forged credentials: never issued by this service. None may ever be accepted, least of all when nothing can be
 * confirmed.
 */
import { BASE62, formatToken, SECRET_LENGTH, SELECTOR_LENGTH } from '../../src/credentials/token-format.js';
import { caseOf, type Case, type CaseActors } from './revocation-case.js';

const PREFIX = 'lk';

/**
 * Returns three credentials: a well-formed unknown token, a live token's selector with another secret, and a session's
 * bearer with another user.
 */
export async function forgedCredentials({ fixtures, organization }: CaseActors): Promise<Case[]> {
  const { secret } = await fixtures.organizationToken(organization, ['organization:read']);
  const selector = secret.slice(`${PREFIX}_org_`.length).slice(0, SELECTOR_LENGTH);
  const bearer = organization.owner.credential;
  return [
    impostor('a token of nobody', formatToken(PREFIX, 'organization', random(SELECTOR_LENGTH), random(SECRET_LENGTH))),
    impostor('a forged secret', formatToken(PREFIX, 'organization', selector, random(SECRET_LENGTH))),
    impostor('a forged session', `${bearer.slice(0, bearer.lastIndexOf('.'))}.${'A'.repeat(86)}`),
  ];
}

function impostor(subject: string, credential: string): Case {
  return { ...caseOf(subject, { credential }, null), wasIssued: false };
}

function random(length: number): string {
  return Array.from({ length }, () => BASE62.charAt(Math.floor(Math.random() * BASE62.length))).join('');
}
