import type { Bundle, ConfigKey } from '@chasqui/bundles';
import { suggest } from '@chasqui/command-language';
import type { EntityManager } from 'typeorm';
import { configProblems } from './config-problems.js';

/** A version of a bundle, as far as its configuration needs it. */
export interface DeclaringVersion {
  readonly version: string;
  readonly enabled: boolean;
  readonly content: Bundle;
}

/** The versions of a bundle: the enabled one first, then the last installed. @throws Problem 404 if there is none */
export async function versionsOf(
  db: Pick<EntityManager, 'query'>,
  bundle: string,
): Promise<[DeclaringVersion, ...DeclaringVersion[]]> {
  const rows = await db.query<DeclaringVersion[]>(
    'select version, enabled, content from bundles where name = $1 order by enabled desc, installed_at desc',
    [bundle],
  );
  const [first, ...others] = rows;
  if (!first) throw configProblems.noSuchBundle(bundle);
  return [first, ...others];
}

/**
 * What a key is declared to be. One that only another installed version declares counts, so that a value can be set before the version that
 * needs it is enabled; where the version in use declares nothing at all, every key is a string.
 * @throws Problem 422 with the nearest name
 */
export function declarationOf(
  bundle: string,
  key: string,
  [inUse, ...others]: readonly [DeclaringVersion, ...DeclaringVersion[]],
): ConfigKey {
  const declared = [inUse, ...others].flatMap(({ content }) => content.config ?? []);
  const found = declared.find(({ name }) => name === key);
  if (found) return found;
  if (!inUse.content.config?.length) return { name: key, type: 'string' };
  const names = [...new Set(declared.map(({ name }) => name))];
  throw configProblems.undeclared(bundle, key, suggest(key, names), names);
}
