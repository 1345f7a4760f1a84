/** The paths below which controllers format errors, for requests that match no route. */
import type { INestApplicationContext } from '@nestjs/common';
import { PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, ModulesContainer } from '@nestjs/core';
import { errorFormatOf, type FormattedPath } from './error-format.js';

/** Returns each formatting controller's own paths, up to their first parameter. */
export function formattedPaths(app: INestApplicationContext): FormattedPath[] {
  const controllers = new DiscoveryService(app.get(ModulesContainer)).getControllers();
  return controllers.flatMap(({ metatype }) => {
    const controller = metatype as object;
    const format = errorFormatOf(controller);
    const paths = [Reflect.getMetadata(PATH_METADATA, controller) as string | string[]].flat();
    return format ? paths.map((path) => ({ path: `/${path}`.replace(/\/:.*$/, ''), format })) : [];
  });
}
