import { z } from 'zod';
import {
  bundleName,
  duration,
  gortVersion,
  image,
  nonEmpty,
  permissionName,
  positive,
  positiveWhole,
  programText,
  rule,
  selector,
  size,
  version,
} from './checked-values.js';

/*
 * The two formats, each key once. What spans several keys (a permission that nobody declared, a command with nothing to run) is
 * looked at in `cross-checks.ts`; so are the names of commands and variables, because a faulty name must not hide what stands under it.
 */

const templates = z.strictObject({
  command: z.string().optional(),
  command_error: z.string().optional(),
  message: z.string().optional(),
  message_error: z.string().optional(),
});

const anyBundle = {
  description: nonEmpty,
  long_description: z.string().optional(),
  author: z.string().optional(),
  homepage: z.string().optional(),
  image: image.optional(),
  templates: templates.optional(),
};

const anyCommand = {
  description: z.string().optional(),
  long_description: z.string().optional(),
  executable: z.array(programText).optional(),
  rules: z.array(rule).optional(),
  triggers: z.array(z.strictObject({ match: nonEmpty })).optional(),
  templates: templates.optional(),
};

/** Gort's format, version 1. */
export const GortFile = z.strictObject({
  gort_bundle_version: z.literal(1),
  name: bundleName('loose'),
  version: gortVersion,
  ...anyBundle,
  permissions: z.array(permissionName('loose')).optional(),
  docker: z.strictObject({ image: nonEmpty, tag: nonEmpty.optional() }).optional(),
  kubernetes: z.unknown().optional(),
  enabled: z.unknown().optional(),
  installedby: z.unknown().optional(),
  commands: z.record(z.string(), z.strictObject(anyCommand)).optional(),
});
export type GortFile = z.infer<typeof GortFile>;

/** What a bundle says for all of its commands, and a command may say otherwise. */
const settings = {
  relay: selector.optional(),
  timeout: duration.optional(),
  limits: z
    .strictObject({
      memory: size.optional(),
      cpus: positive.optional(),
      pids: positiveWhole.optional(),
      output: size.optional(),
    })
    .optional(),
  network: z.boolean().optional(),
  'writable-root': z.boolean().optional(),
  effect: z.enum(['read', 'idempotent', 'write']).optional(),
  env: z.record(z.string(), programText).optional(),
};

/** Our format, version 1: Gort's, and what makes a command good. */
export const ChasquiFile = z.strictObject({
  chasqui_bundle_version: z.literal(1),
  name: bundleName('strict'),
  version,
  ...anyBundle,
  ...settings,
  permissions: z.array(permissionName('strict')).optional(),
  commands: z.record(z.string(), z.strictObject({ ...anyCommand, ...settings, image: image.optional() })),
});
export type ChasquiFile = z.infer<typeof ChasquiFile>;

/** A file of either format, found right. */
export type BundleFile = { format: 'gort'; file: GortFile } | { format: 'chasqui'; file: ChasquiFile };
