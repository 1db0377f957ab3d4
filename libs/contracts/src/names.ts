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

/** A permission's full name, `bundle:permission`: `ops:write`, `chasqui:manage-users`. */
export const PermissionName = z
  .string()
  .regex(/^[A-Za-z0-9_.-]+:[A-Za-z0-9_.-]+$/, 'a permission is written bundle:name');
export type PermissionName = z.infer<typeof PermissionName>;
