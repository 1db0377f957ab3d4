import type { ConnectionOptions } from 'node:tls';
import { port, postgresTls, postgresTlsFaults, postgresTlsShape, type Environment } from '@chasqui/settings';
import { z } from 'zod';

/** The settings of the database. Spread into the shape that `readSettings` gets. */
export const databaseShape = {
  DATABASE_URL: z.string().optional(),
  DATABASE_HOST: z.string().optional(),
  DATABASE_PORT: port.default(5432),
  DATABASE_NAME: z.string().default('chasqui'),
  DATABASE_USER: z.string().default('chasqui'),
  DATABASE_PASSWORD: z.string().optional(),
  ...postgresTlsShape,
  /** The role that owns the tables, where it is not the one that the API runs as. */
  DATABASE_MIGRATION_URL: z.string().optional(),
  DATABASE_MIGRATION_USER: z.string().optional(),
  DATABASE_MIGRATION_PASSWORD: z.string().optional(),
  DATABASE_CONNECTIONS: z.coerce.number().int().min(2).max(500).default(16),
};
type DatabaseSet = z.infer<z.ZodObject<typeof databaseShape>>;

/** Where the database is, and as whom it is used. */
export interface DatabasePlace {
  readonly url: string;
  readonly connections: number;
  readonly tls: false | ConnectionOptions;
  /** The role that owns the tables, where it is not the one that the API runs as. */
  readonly ownerUrl?: string;
}

/** A sentence where no database is named at all. */
export function databaseMissing(environment: Environment): string[] {
  const names = ['DATABASE_URL', 'DATABASE_URL_FILE', 'DATABASE_HOST', 'DATABASE_HOST_FILE'];
  if (names.some((name) => environment[name])) return [];
  return ['DATABASE_URL: is not set; set it, or DATABASE_HOST with DATABASE_PASSWORD'];
}

/** What only shows when the settings are seen together; a sentence each. */
export function databaseFaults(set: DatabaseSet): string[] {
  return postgresTlsFaults(set, set.DATABASE_URL);
}

export function databasePlace(set: DatabaseSet): DatabasePlace {
  return {
    url: set.DATABASE_URL ?? databaseUrl(set),
    connections: set.DATABASE_CONNECTIONS,
    tls: postgresTls(set, set.DATABASE_URL),
    ...ownerOf(set),
  };
}

/** The owner's way in: a URL of its own, or another user on the same host. */
function ownerOf(set: DatabaseSet): { ownerUrl?: string } {
  if (set.DATABASE_MIGRATION_URL !== undefined) return { ownerUrl: set.DATABASE_MIGRATION_URL };
  if (set.DATABASE_MIGRATION_USER === undefined) return {};
  const url = new URL(set.DATABASE_URL ?? databaseUrl(set));
  url.username = encodeURIComponent(set.DATABASE_MIGRATION_USER);
  url.password = encodeURIComponent(set.DATABASE_MIGRATION_PASSWORD ?? '');
  return { ownerUrl: url.href };
}

function databaseUrl(set: {
  DATABASE_HOST?: string;
  DATABASE_PORT: number;
  DATABASE_NAME: string;
  DATABASE_USER: string;
  DATABASE_PASSWORD?: string;
}): string {
  const url = new URL(
    `postgres://${set.DATABASE_HOST}:${set.DATABASE_PORT}/${encodeURIComponent(set.DATABASE_NAME)}`,
  );
  url.username = encodeURIComponent(set.DATABASE_USER);
  url.password = encodeURIComponent(set.DATABASE_PASSWORD ?? '');
  return url.href;
}
