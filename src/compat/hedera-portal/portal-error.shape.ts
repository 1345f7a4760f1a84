/** Error format of the Hedera Portal's clients: a `message`, and 403 for every fault of the token itself. */
import { ApiProperty } from '@nestjs/swagger';
import type { ErrorFormat, FormattedError } from '../../platform/http/problems/error-format.js';
import type { Problem } from '../../platform/http/problems/problem.js';

const TOKEN_FAULT = 'Your token is missing, malformed, or has been revoked';

class PortalErrorResponse {
  @ApiProperty({ example: TOKEN_FAULT }) message!: string;
  @ApiProperty({ example: 'urn:latchkey:problem:invalid_token' }) type!: string;
  @ApiProperty({ example: 'The credential is not valid' }) title!: string;
  @ApiProperty({ example: 403 }) status!: number;
  @ApiProperty({ example: 'invalid_token' }) code!: string;
  @ApiProperty({ required: false }) detail?: string;
  @ApiProperty() requestId!: string;
}

export const PORTAL_ERRORS: ErrorFormat = { response: PortalErrorResponse, of: inPortalWords };

function inPortalWords({ status, body }: Problem): FormattedError {
  if (status !== 401) return { status, body: { message: body.detail ?? body.title, ...body } };
  return { status: 403, body: { message: TOKEN_FAULT, ...body, status: 403 } };
}
