import { readSecretKey } from '@chasqui/sealing';
import { z } from 'zod';

const key = z.string().transform((text, context) => {
  const bytes = readSecretKey(text);
  if (bytes) return bytes;
  context.addIssue({ code: 'custom', message: 'is not a key; make one with: openssl rand -hex 32' });
  return z.NEVER;
});

const previousKeys = z.string().transform((text, context) => {
  const bytes = text
    .split(/[\s,]+/)
    .filter((part) => part !== '')
    .map(readSecretKey);
  if (bytes.every((one) => one !== undefined)) return bytes;
  context.addIssue({ code: 'custom', message: `number ${bytes.indexOf(undefined) + 1} is not a key` });
  return z.NEVER;
});

/** The settings of keys. Spread into the shape that `readSettings` gets. */
export const keyShape = {
  /** Secrets are encrypted in the database with it. */
  CHASQUI_SECRET_KEY: key,
  /** Keys with which stored secrets can be read besides: those before it, or the one that comes next. */
  CHASQUI_PREVIOUS_SECRET_KEYS: previousKeys.default([]),
  /** What the blocks of the audit log are signed with; without it a key that follows from the secret key. */
  CHASQUI_AUDIT_KEY: key.optional(),
};
