import { Param, type PipeTransform } from '@nestjs/common';
import { isId } from '../../platform/database/ids.js';
import { notFound } from '../../platform/errors/app-error.js';

/** A path part that is no UUID names nothing, so it is a 404 like every other thing that is not there. */
const tokenIdPipe: PipeTransform<string, string> = {
  transform(value) {
    if (!isId(value)) throw notFound();
    return value.toLowerCase();
  },
};

export function TokenId(): ParameterDecorator {
  return Param('tokenId', tokenIdPipe);
}
