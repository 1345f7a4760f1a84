/** What all controllers of this room have in common. */
import { applyDecorators, Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ErrorsFormattedBy } from '../../platform/http/problems/error-format.js';
import { ReadsUnlabelledJson } from '../../platform/http/body-parser.js';
import { TENDERLY_ERRORS } from './tenderly-errors.js';

/** The path must begin with what is Tenderly's alone: requests below it that no route answers are answered as Tenderly would. */
export function TenderlyController(path: string): ClassDecorator {
  return applyDecorators(
    Controller(path),
    ApiTags('Tenderly compatibility'),
    ErrorsFormattedBy(TENDERLY_ERRORS),
    ReadsUnlabelledJson(),
  );
}
