import { describe, expect, it } from '@jest/globals';
import type { ExecutionContext } from '@nestjs/common';
import type { AppConfig } from '../../../config/app-config.js';
import { MetricsAccessGuard } from '../../../src/monitoring/metrics-access.guard.js';

function isLetIn(metricsToken: string | null, ...rawHeaders: string[]): boolean {
  const access = new MetricsAccessGuard({ http: { metricsToken } } as AppConfig);
  const request = { raw: { rawHeaders } };
  try {
    return access.canActivate({ switchToHttp: () => ({ getRequest: () => request }) } as ExecutionContext);
  } catch {
    return false;
  }
}

describe('metrics without a configured or generated token', () => {
  it.each([[[]], [['Authorization', 'Bearer']], [['Authorization', 'Bearer null']], [['X-Access-Key', '']]])(
    'are closed to a request with %j',
    (headers) => {
      expect(isLetIn(null, ...headers)).toBe(false);
    },
  );

  it('are open to its bearer where there is one', () => {
    expect(isLetIn('a-token-of-the-metrics', 'Authorization', 'Bearer a-token-of-the-metrics')).toBe(true);
    expect(isLetIn('a-token-of-the-metrics', 'Authorization', 'Bearer another-one-of-them-x')).toBe(false);
  });
});
