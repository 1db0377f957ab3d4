import { z } from 'zod';

/**
 * A relay's name: one DNS label. It is part of a topic name, of a container's labels and of a Kafka ACL,
 * so it keeps to what all three allow.
 */
export const RelayName = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
    'a relay name is lower-case letters, digits and dashes, at most 63',
  );
export type RelayName = z.infer<typeof RelayName>;

/** An adapter's name, which is part of a topic's. Those of `ownAdapters` are not to be had. */
export const AdapterName = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
    'an adapter name is lower-case letters, digits and dashes, at most 63',
  )
  .refine(
    (name) => !(ownAdapters as readonly string[]).includes(name),
    'is the name of a way in that Chasqui has itself; choose another',
  );
export type AdapterName = z.infer<typeof AdapterName>;

/** Ways in that are no process of their own, and so have no token: nobody may come by the broker in their name. */
export const ownAdapters = ['http', 'terminal', 'console', 'schedule', 'webhook'] as const;

/** A permission's full name, `bundle:permission`: `ops:write`, `chasqui:manage-users`. */
export const PermissionName = z
  .string()
  .regex(/^[A-Za-z0-9_.-]+:[A-Za-z0-9_.-]+$/, 'a permission is written bundle:name');
export type PermissionName = z.infer<typeof PermissionName>;
