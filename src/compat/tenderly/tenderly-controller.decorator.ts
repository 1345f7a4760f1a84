/** Class decorator shared by all controllers of `compat/tenderly`. */
import { applyDecorators, Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ReadsUnlabelledJson } from '../../platform/http/body-parser.js';
import { ErrorsFormattedBy } from '../../platform/http/problems/error-format.js';
import { TENDERLY_ERRORS } from './tenderly-errors.js';

/**
 * Declares a controller with Tenderly's error format. The path must begin with a segment that only Tenderly uses:
 * unknown routes below it get Tenderly's 404 too.
 */
export function TenderlyController(path: string): ClassDecorator {
  return applyDecorators(
    Controller(path),
    ApiTags('Tenderly compatibility'),
    ErrorsFormattedBy(TENDERLY_ERRORS),
    ReadsUnlabelledJson(),
  );
}
