/**
 * Keyset pagination: newest first, `limit` 1–100, an opaque cursor for the last row of the page. A cursor grants
 * nothing and contains no secret; one that this service did not create is a 422.
 */
import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { invalidField } from '../errors/app-error.js';

export class PageQuery {
  @ApiProperty({ type: 'integer', required: false, minimum: 1, maximum: 100, default: 50 })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100)
  limit: number = 50;

  @ApiProperty({ required: false, description: 'The `nextCursor` of the page before.' })
  @IsOptional()
  @IsString()
  @MaxLength(400)
  cursor?: string;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

/**
 * Returns a page of rows that were read with `limit + 1`: the extra row only shows that there are more. `keyOf` returns
 * the sort key of a row as strings, in the order of the ORDER BY.
 */
export function pageOf<R, T>(
  rows: readonly R[],
  limit: number,
  keyOf: (row: R) => readonly string[],
  present: (row: R) => T,
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const nextCursor = rows.length > limit && last ? encodeCursor(keyOf(last)) : null;
  return { items: shown.map(present), nextCursor };
}

export function encodeCursor(key: readonly string[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/**
 * Returns the sort key inside a cursor, or `null` without a cursor. `shape` validates each part, so that a forged part
 * is a 422 and never reaches SQL; the last `optional` parts may be missing. Throws `validation_failed`.
 */
export function decodeCursor(
  cursor: string | undefined,
  shape: readonly ((part: string) => boolean)[],
  { optional = 0 }: { readonly optional?: number } = {},
): readonly string[] | null {
  if (cursor === undefined) return null;
  const key = parseJson(Buffer.from(cursor, 'base64url').toString('utf8'));
  const fits = Array.isArray(key) && key.length <= shape.length && key.length >= shape.length - optional;
  if (!fits || !key.every((part, index) => typeof part === 'string' && shape[index]?.(part) === true)) {
    throw invalidField('cursor', 'is not a cursor of this list');
  }
  return key as string[];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
