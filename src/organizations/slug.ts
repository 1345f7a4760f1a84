/**
 * Slugs: names of organizations in paths. Pure but for the random suffix. A slug never changes and is never reused, so
 * that an old link never leads to another organization.
 */
import { randomInt } from 'node:crypto';
import { isId } from '../platform/database/ids.js';

export const SLUG_PATTERN = /^[a-z0-9](?:-?[a-z0-9])*$/;
export const MIN_SLUG_LENGTH = 2;
export const MAX_SLUG_LENGTH = 63;

/** Reserved words: path segments that exist or may be added, and names that look like this service itself. */
const RESERVED: ReadonlySet<string> = new Set(
  `about account accounts admin api app apps assets audit auth billing blog contact dashboard default docs health help
  invitation invitations latchkey legal login logout me member members metrics new null official openapi organization
  organizations owner pricing privacy public public-networks register root search security self session sessions
  settings signin signup static status support system terms token tokens undefined user users verifier verifiers www`
    .split(/\s+/)
    .filter((word) => word !== ''),
);

const SUFFIX_CHARACTERS = '23456789abcdefghjkmnpqrstuvwxyz';
const SUFFIX_LENGTH = 6;

/** Letters that Unicode does not decompose into a base letter and a mark. */
const FOLDED: ReadonlyMap<string, string> = new Map(
  'æ:ae ð:d đ:d ħ:h ı:i ł:l ø:o œ:oe ß:ss þ:th ŧ:t'.split(' ').map((pair) => {
    const [letter = '', ascii = ''] = pair.split(':');
    return [letter, ascii];
  }),
);

export function isSlug(candidate: string): boolean {
  const fits = candidate.length >= MIN_SLUG_LENGTH && candidate.length <= MAX_SLUG_LENGTH;
  return fits && SLUG_PATTERN.test(candidate) && !isReservedSlug(candidate);
}

/** Whether a slug is reserved. UUIDs are too: a path could not distinguish them from an organization's id. */
export function isReservedSlug(candidate: string): boolean {
  return RESERVED.has(candidate) || isId(candidate);
}

/** Derives a slug from a name; returns a random one when no letter or digit of the name is usable. */
export function deriveSlug(name: string): string {
  const ascii = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]/g, (letter) => FOLDED.get(letter) ?? '-');
  const slug = trimHyphens(trimHyphens(ascii.replace(/-+/g, '-')).slice(0, MAX_SLUG_LENGTH));
  return isSlug(slug) ? slug : withRandomSuffix(slug);
}

/** Appends a random suffix, for a slug that is taken. */
export function withRandomSuffix(slug: string): string {
  const stem = trimHyphens(slug.slice(0, MAX_SLUG_LENGTH - SUFFIX_LENGTH - 1)) || 'org';
  const draw = (): string => SUFFIX_CHARACTERS.charAt(randomInt(SUFFIX_CHARACTERS.length));
  return `${stem}-${Array.from({ length: SUFFIX_LENGTH }, draw).join('')}`;
}

function trimHyphens(text: string): string {
  return text.replace(/^-|-$/g, '');
}
