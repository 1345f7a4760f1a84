/** The decorator that documents a route's problem responses (RFC 9457). */
import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiProperty, ApiResponse, getSchemaPath } from '@nestjs/swagger';

class FieldFaultResponse {
  @ApiProperty({ example: 'label' }) field!: string;
  @ApiProperty({ example: 'must be 1 to 100 characters long' }) message!: string;
}

class ProblemResponse {
  @ApiProperty({ example: 'urn:latchkey:problem:not_found' }) type!: string;
  @ApiProperty({ example: 'Not found' }) title!: string;
  @ApiProperty({ example: 404 }) status!: number;
  @ApiProperty({ example: 'not_found' }) code!: string;
  @ApiProperty({ required: false }) detail?: string;
  @ApiProperty() requestId!: string;
  @ApiProperty({ required: false, type: [FieldFaultResponse] }) errors?: FieldFaultResponse[];
}

export type ProblemStatus = 400 | 401 | 403 | 404 | 409 | 413 | 415 | 422 | 429 | 503;

export function ApiProblems(...statuses: ProblemStatus[]): MethodDecorator {
  const schema = { $ref: getSchemaPath(ProblemResponse) };
  return applyDecorators(
    ApiExtraModels(ProblemResponse),
    ...statuses.map((status) => ApiResponse({ status, content: { 'application/problem+json': { schema } } })),
  );
}
