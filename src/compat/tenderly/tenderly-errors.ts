/** Error format of Tenderly's clients: `{"error":{"id","slug","message"}}` with the problem's own status. Pure. */
import type { ErrorFormat } from '../../platform/http/problems/error-format.js';
import type { Problem } from '../../platform/http/problems/problem.js';
import { TenderlyErrorResponse } from './dto/tenderly.responses.js';

export const TENDERLY_ERRORS: ErrorFormat = {
  response: TenderlyErrorResponse,
  of: ({ status, body }) => ({ status, body: { error: detailsOf(body) } satisfies TenderlyErrorResponse }),
};

/** Message of the error. Clients show nothing else, so it lists the invalid fields too. */
function detailsOf({ requestId, code, title, detail, errors = [] }: Problem['body']): TenderlyErrorResponse['error'] {
  const faults = errors.map(({ field, message }) => `${field} ${message}`.trim()).join('; ');
  const message = detail ?? title;
  return { id: requestId, slug: code, message: faults === '' ? message : `${message} ${faults}` };
}
