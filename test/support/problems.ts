/** Expected form of an error response (RFC 9457), for supertest's `expect`. */
import { expect } from '@jest/globals';
import type { Response } from 'supertest';

/** Expects this problem as the response. */
export function problem(status: number, code: string): (response: Response) => void {
  return (response) => {
    const { status: got, type, body } = response;
    expect({ status: got, type, code: body.code }).toEqual({ status, type: 'application/problem+json', code });
  };
}

/** Problem without the request's id: if two are equal, nothing else distinguishes their responses. */
export function anonymized({ body }: Response): object {
  return { ...(body as object), requestId: 'one of many' };
}
