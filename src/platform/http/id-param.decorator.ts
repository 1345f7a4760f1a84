import { Param, type PipeTransform } from '@nestjs/common';
import { isId } from '../database/ids.js';
import { notFound } from '../errors/app-error.js';

const idPipe: PipeTransform<string, string> = {
  transform(value) {
    if (!isId(value)) throw notFound();
    return value.toLowerCase();
  },
};

/** Path parameter that holds a UUID. Throws `not_found` for any other text, because no row has it as its id. */
export function IdParam(name: string): ParameterDecorator {
  return Param(name, idPipe);
}
