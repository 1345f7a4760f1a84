/**
 * Tells the router something about all routes of a controller, for code that runs before Nest knows whose route a request
 * is for: the body parser, the first hooks. Here, below all rooms, because more than one has something to tell.
 */
import { RouteConfig } from '@nestjs/platform-fastify';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import type { FastifyContextConfig } from 'fastify';

type RouterConfig = Omit<FastifyContextConfig, 'url' | 'method'>;

/** Adds to what other decorators have told of these routes. */
export function RouterConfigOfAll(config: RouterConfig): ClassDecorator {
  return ({ prototype }) => {
    const methods = Object.entries(Object.getOwnPropertyDescriptors(prototype as object));
    for (const [name, descriptor] of methods) {
      if (name === 'constructor' || typeof descriptor.value !== 'function') continue;
      const known = Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, descriptor.value as object) as RouterConfig;
      RouteConfig({ ...known, ...config })(prototype as object, name, descriptor);
    }
  };
}
