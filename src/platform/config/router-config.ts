/**
 * Router configuration for all routes of a controller. Code that runs before Nest has chosen the route reads it: the
 * body parser and the first hooks. It lives in `platform/` because several modules need it.
 */
import { RouteConfig } from '@nestjs/platform-fastify';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import type { FastifyContextConfig } from 'fastify';

type RouterConfig = Omit<FastifyContextConfig, 'url' | 'method'>;

/** Merges the configuration into that of other decorators on the same routes. */
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
