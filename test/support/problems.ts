/** What an error response must look like (RFC 9457), for supertest's `expect`. */
import { expect } from '@jest/globals';
import type { Response } from 'supertest';

/** The answer is this problem. */
export function problem(status: number, code: string): (response: Response) => void {
  return (response) => {
    const { status: got, type, body } = response;
    expect({ status: got, type, code: body.code }).toEqual({ status, type: 'application/problem+json', code });
  };
}

/** All of a problem but the request's id: two of them can be told apart by nothing else if they are equal. */
export function anonymized({ body }: Response): object {
  return { ...(body as object), requestId: 'one of many' };
}
