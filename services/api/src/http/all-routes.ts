import type { DynamicModule, Type } from '@nestjs/common';
import { routesOf, type Route } from './routes.js';

/** The routes of a module and of all that it imports, without starting anything. */
export function allRoutes(module: DynamicModule | Type): Route[] {
  return [...controllersIn(module)].flatMap(routesOf);
}

function controllersIn(module: DynamicModule | Type, seen = new Set<unknown>()): Set<Type> {
  if (seen.has(module)) return new Set();
  seen.add(module);
  const own = listed(module, 'controllers') as Type[];
  const imported = listed(module, 'imports') as (DynamicModule | Type)[];
  return new Set([...own, ...imported.flatMap((one) => [...controllersIn(one, seen)])]);
}

/** A module says what is in it by its decorator, and a dynamic one by itself as well. */
function listed(module: DynamicModule | Type, what: 'controllers' | 'imports'): unknown[] {
  const type = 'module' in module ? module.module : module;
  const said = (Reflect.getMetadata(what, type) ?? []) as unknown[];
  return 'module' in module ? [...said, ...((module[what] as unknown[] | undefined) ?? [])] : said;
}
