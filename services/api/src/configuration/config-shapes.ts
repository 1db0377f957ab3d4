import { z } from 'zod';
import { layers } from './layer.js';

/** What REST takes and gives of the configuration. No shape that goes out has a place for a secret's value. */
export const LayerName = z.enum(layers);

const owner = z
  .string()
  .max(300)
  .describe(
    'A user name, a group, an application, or a room: ADAPTER/WORKSPACE/ID or ADAPTER/#name. None for the layer `bundle`.',
  );

export const ConfigValue = z
  .strictObject({
    bundle: z.string(),
    key: z.string(),
    layer: LayerName,
    owner: z.string().optional(),
    ownerName: z.string().optional().describe('Where the owner is an id: the name it was set by.'),
    secret: z.boolean(),
    value: z.string().optional().describe('As it was typed. Never of a secret.'),
    changedAt: z.iso.datetime(),
    changedBy: z.string(),
  })
  .meta({ id: 'ConfigValue' });
export type ConfigValue = z.infer<typeof ConfigValue>;

const Source = z.strictObject({
  layer: z.enum(['default', ...layers]),
  owner: z.string().optional(),
  ownerName: z.string().optional(),
});

export const EffectiveConfig = z
  .strictObject({
    bundle: z.string(),
    version: z.string(),
    user: z.string(),
    channel: z.string().optional(),
    application: z.string().optional(),
    values: z.array(
      Source.extend({
        key: z.string(),
        secret: z.boolean(),
        value: z.string().optional().describe('As the command finds it. Never of a secret.'),
        over: z.array(Source).describe('Values that this one hides, closest first.'),
      }),
    ),
    faults: z.array(z.strictObject({ key: z.string(), code: z.string(), message: z.string() })),
    unset: z.array(z.string()).describe('Keys that are declared, not required and not set.'),
  })
  .meta({ id: 'EffectiveConfig' });
export type EffectiveConfig = z.infer<typeof EffectiveConfig>;

export const NewValue = z.strictObject({
  layer: LayerName.default('bundle'),
  owner: owner.optional(),
  value: z.string().max(32_768),
  secret: z
    .boolean()
    .optional()
    .describe('Encrypt it and never show it. What a bundle declares secret always is.'),
});
export type NewValue = z.infer<typeof NewValue>;

export const OfKey = z.strictObject({ bundle: z.string(), key: z.string() });
export type OfKey = z.infer<typeof OfKey>;
export const OfBundle = z.strictObject({ bundle: z.string() });
export type OfBundle = z.infer<typeof OfBundle>;

export const WhichOwner = z.strictObject({ layer: LayerName.default('bundle'), owner: owner.optional() });
export type WhichOwner = z.infer<typeof WhichOwner>;

export const WhichValues = z.strictObject({
  bundle: z.string().optional(),
  key: z.string().optional(),
  layer: LayerName.optional(),
  owner: owner.optional().describe('Only together with a layer.'),
});
export type WhichValues = z.infer<typeof WhichValues>;

export const ForWhom = z.strictObject({
  user: z.string().optional().describe('Yourself, if it is not said.'),
  channel: z.string().max(300).optional(),
  application: z.string().optional(),
});
export type ForWhom = z.infer<typeof ForWhom>;
