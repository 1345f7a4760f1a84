/**
 * Route table: every route that a controller declares, with its requirement, from the metadata that the guards read.
 */
import { RequestMethod, type INestApplicationContext } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner, ModulesContainer } from '@nestjs/core';
import { credentialKindsFor, type CredentialKind } from '../access-control/credential-kinds.js';
import type { Permission } from '../access-control/permissions.js';
import { REQUIREMENT, type Requirement } from '../access-control/requires.decorator.js';
import { errorFormatOf, type ErrorFormat } from '../platform/http/problems/error-format.js';

export interface Route {
  readonly method: string;
  /** Path as the router has it, with parameters, such as `/api/v1/organizations/:organization`. */
  readonly path: string;
  /** Class and method, such as `OrganizationsController.list`. */
  readonly handler: string;
  /** `undefined` when the route declares nothing; the policy guard refuses such a route and a test forbids it. */
  readonly requirement: Requirement | undefined;
  readonly credentials: readonly CredentialKind[];
  /** Error format of the route when it is not RFC 9457 problems. */
  readonly errorFormat: ErrorFormat | undefined;
}

type Handler = (...args: never[]) => unknown;
interface Controller {
  readonly name: string;
  readonly prototype: Record<string, Handler>;
}

/** Returns all routes, sorted by path, then method. */
export function routeTable(app: INestApplicationContext): Route[] {
  const controllers = new DiscoveryService(app.get(ModulesContainer)).getControllers();
  return controllers
    .flatMap(({ metatype }) => routesOf(metatype as unknown as Controller))
    .sort((a, b) => (a.path === b.path ? compare(a.method, b.method) : compare(a.path, b.path)));
}

/** Permission that a route needs (on an account: in an organization), or `null` for a public one. */
export function permissionOf({ requirement }: Route): Permission | null {
  return requirement?.public === false ? requirement.permission : null;
}

function routesOf(controller: Controller): Route[] {
  const names = new MetadataScanner().getAllMethodNames(controller.prototype);
  return names.flatMap((name) => {
    const handler = controller.prototype[name];
    const method = handler && (metadata(METHOD_METADATA, handler) as RequestMethod | undefined);
    if (handler === undefined || method === undefined) return [];
    const route = { method: RequestMethod[method], handler: `${controller.name}.${name}` };
    const errorFormat = errorFormatOf(controller);
    return pathsOf(controller, handler).map((path) => ({ ...route, ...needsOf(path, handler), path, errorFormat }));
  });
}

function needsOf(path: string, handler: Handler): Pick<Route, 'requirement' | 'credentials'> {
  const requirement = metadata(REQUIREMENT, handler) as Requirement | undefined;
  return { requirement, credentials: credentialsFor(path, requirement) };
}

/** Credential kinds that a route accepts, the most powerful first. */
function credentialsFor(path: string, requirement: Requirement | undefined): CredentialKind[] {
  if (requirement?.public !== false) return [];
  const { permission, onAccount } = requirement;
  if (!onAccount) return credentialKindsFor(permission, path.includes('/:organization'));
  const inOrganization = new Set(credentialKindsFor(permission, true));
  const overOneself = new Set(credentialKindsFor(onAccount.overOneself, false));
  const itself = new Set(onAccount.orTokenItself ? credentialKindsFor('token:self', false) : []);
  const anywhere = credentialKindsFor('principal:self', false);
  return anywhere.filter((kind) => inOrganization.has(kind) || overOneself.has(kind) || itself.has(kind));
}

function pathsOf(controller: Controller, handler: Handler): string[] {
  const beginnings = texts(metadata(PATH_METADATA, controller));
  const ends = texts(metadata(PATH_METADATA, handler));
  return beginnings.flatMap((beginning) => ends.map((end) => joined(beginning, end)));
}

function joined(...parts: string[]): string {
  return `/${parts
    .flatMap((part) => part.split('/'))
    .filter(Boolean)
    .join('/')}`;
}

function texts(value: unknown): string[] {
  return [(value ?? '') as string | string[]].flat();
}

function metadata(key: string, target: object): unknown {
  return Reflect.getMetadata(key, target) as unknown;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
