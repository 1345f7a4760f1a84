/** Tells the server below which paths the controllers shape errors, for requests that no route answers. */
import type { INestApplicationContext } from '@nestjs/common';
import { PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, ModulesContainer } from '@nestjs/core';
import { errorShapeOf, type ShapedPlace } from './error-format.js';

/** A controller's own paths, each up to its first parameter. */
export function shapedPlaces(app: INestApplicationContext): ShapedPlace[] {
  const controllers = new DiscoveryService(app.get(ModulesContainer)).getControllers();
  return controllers.flatMap(({ metatype }) => {
    const controller = metatype as object;
    const shape = errorShapeOf(controller);
    const paths = [Reflect.getMetadata(PATH_METADATA, controller) as string | string[]].flat();
    return shape ? paths.map((path) => ({ path: `/${path}`.replace(/\/:.*$/, ''), shape })) : [];
  });
}
