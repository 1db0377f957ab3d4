import { z } from 'zod';
import { scopes } from './entries.js';

/** What the store's HTTP takes and gives. Keys go into paths as they are, so they have no character that would have to be escaped there. */
export const EntryKey = z
  .string()
  .regex(
    /^[A-Za-z0-9_][A-Za-z0-9._:@~-]{0,199}$/,
    'a key is letters, digits and . _ : @ ~ -, at most 200, and begins with a letter, a digit or _',
  );

export const ScopeName = z.enum(scopes);

const units: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const longestMs = 366 * 86_400_000;

/** A length of time like `90s`, `10m`, `12h` or `30d`, at most a year; in milliseconds. */
const Ttl = z
  .string()
  .regex(/^\d{1,9}[smhd]$/, 'a ttl is written 90s, 10m, 12h or 30d')
  .transform((text) => Number(text.slice(0, -1)) * units[text.at(-1)!]!)
  .refine((ms) => ms > 0 && ms <= longestMs, 'a ttl is more than nothing and at most 366 days');

export const OfEntry = z.strictObject({ scope: ScopeName, key: EntryKey });
export type OfEntry = z.infer<typeof OfEntry>;

export const OfScope = z.strictObject({ scope: ScopeName });
export type OfScope = z.infer<typeof OfScope>;

export const WriteQuery = z.strictObject({
  ttl: Ttl.optional().describe('For how long; without it until it is deleted.'),
});
export type WriteQuery = z.infer<typeof WriteQuery>;

const listing = {
  prefix: z.string().max(200).default(''),
  after: z.string().max(200).default('').describe('The `next` of the page before.'),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
};
export const ListQuery = z.strictObject(listing);
export type ListQuery = z.infer<typeof ListQuery>;

export const EntryShape = z
  .strictObject({
    key: z.string(),
    type: z.enum(['json', 'text']),
    bytes: z.number().int(),
    version: z.string().describe('Also the ETag, in double quotes. No two writes have the same.'),
    changedAt: z.iso.datetime(),
    changedByRun: z.uuid(),
    expiresAt: z.iso.datetime().optional(),
  })
  .meta({ id: 'StoreEntry' });
export type EntryShape = z.infer<typeof EntryShape>;

export const EntryList = z.strictObject({ entries: z.array(EntryShape), next: z.string().optional() });
export type EntryList = z.infer<typeof EntryList>;

/** For operators: whose, in words. */
const owner = z
  .string()
  .max(300)
  .optional()
  .describe('In the scope `user` a user name, in `channel` a room: ADAPTER/WORKSPACE/ID.');
export const OfBundleStore = z.strictObject({ bundle: z.string() });
export type OfBundleStore = z.infer<typeof OfBundleStore>;

export const BundleListQuery = z.strictObject({ scope: ScopeName.default('bundle'), owner, ...listing });
export type BundleListQuery = z.infer<typeof BundleListQuery>;

export const OfBundleEntry = z.strictObject({ bundle: z.string(), scope: ScopeName, key: EntryKey });
export type OfBundleEntry = z.infer<typeof OfBundleEntry>;
export const OwnerQuery = z.strictObject({ owner });
export type OwnerQuery = z.infer<typeof OwnerQuery>;

export const EntryWithValue = EntryShape.extend({
  value: z.string().describe('The text, or the JSON as text.'),
});
export type EntryWithValue = z.infer<typeof EntryWithValue>;

export const BundleUsage = z.strictObject({
  bundle: z.string(),
  entries: z.number().int(),
  bytes: z.number().int(),
  shelves: z.array(
    z.strictObject({
      scope: ScopeName,
      owner: z.string().optional(),
      entries: z.number().int(),
      bytes: z.number().int(),
    }),
  ),
});
export type BundleUsage = z.infer<typeof BundleUsage>;
