import { describe, expect, it } from '@jest/globals';
import { unseenStatuses } from '../../support/documented-statuses-reporter.js';

const openapi = { paths: { '/things/{id}': { get: { responses: { 200: {}, 404: {} } } } } };

describe('documented statuses that no test has seen', () => {
  it('are none when each was answered', () => {
    expect(unseenStatuses(openapi, new Set(['GET /things/:id 200', 'GET /things/:id 404']))).toEqual([]);
  });

  it('are named by method, route and status', () => {
    expect(unseenStatuses(openapi, new Set(['GET /things/:id 200']))).toEqual(['GET /things/:id 404']);
  });
});
