import { Injectable, RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { operationOf, type Operation } from './operation.js';

/** One way in. `path` is as Nest has it, with `:name` for parameters. */
export interface Route {
  readonly method: string;
  readonly path: string;
  readonly controller: string;
  readonly handler: string;
  /** Undefined where somebody forgot; such a route does not answer. */
  readonly operation: Operation | undefined;
}

/** The routes of the running application. */
@Injectable()
export class Routes {
  constructor(private readonly discovery: DiscoveryService) {}

  all(): Route[] {
    return this.discovery
      .getControllers()
      .flatMap(({ metatype }) => (metatype ? routesOf(metatype as Type) : []));
  }
}

/** The routes of one controller, in the order they were declared; none of a consumer. */
export function routesOf(controller: Type): Route[] {
  const prototype = controller.prototype as Record<string, object>;
  return new MetadataScanner().getAllMethodNames(prototype).flatMap((name) => {
    const handler = prototype[name]!;
    const method = Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined;
    if (method === undefined) return [];
    return pathsOf(controller, handler).map((path) => ({
      method: RequestMethod[method],
      path,
      controller: controller.name,
      handler: name,
      operation: operationOf(handler),
    }));
  });
}

function pathsOf(controller: object, handler: object): string[] {
  const of = (target: object) =>
    [(Reflect.getMetadata(PATH_METADATA, target) as string | string[] | undefined) ?? ''].flat();
  return of(controller).flatMap((first) => of(handler).map((last) => join(first, last)));
}

function join(...parts: string[]): string {
  return `/${parts
    .flatMap((part) => part.split('/'))
    .filter(Boolean)
    .join('/')}`;
}
