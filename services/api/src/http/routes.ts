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
  private paths: readonly { readonly method: string; readonly pattern: RegExp }[] | undefined;

  constructor(private readonly discovery: DiscoveryService) {}

  /** The methods of what stands at an address, without its query; none where nothing does. */
  methodsAt(address: string): string[] {
    this.paths ??= this.all().map(({ method, path }) => ({ method, pattern: patternOf(path) }));
    const methods = this.paths.filter(({ pattern }) => pattern.test(address)).map(({ method }) => method);
    return [...new Set(methods)];
  }

  all(): Route[] {
    return this.discovery
      .getControllers()
      .flatMap(({ metatype }) => (metatype ? routesOf(metatype as Type) : []));
  }
}

/** Names of parameters are words; everything else in a path of ours stands for itself. */
function patternOf(path: string): RegExp {
  const parts = path.split(/:\w+/).map((part) => RegExp.escape(part));
  return new RegExp(`^${parts.join('[^/]+')}$`);
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
