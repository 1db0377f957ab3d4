import { z } from 'zod';

const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A length of time written `500ms`, `30s`, `10m`, `2h` or `7d`, read as milliseconds. */
export const duration = z.string().transform((text, context) => {
  const found = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text);
  if (found) return Number(found[1]) * units[found[2]!]!;
  context.addIssue({
    code: 'custom',
    message: `"${text}" is not a length of time; write it like 500ms, 30s, 10m or 2h`,
  });
  return z.NEVER;
});

/** A TCP port; 0 lets the system choose. */
export const port = z.coerce
  .number('a port is a number from 0 to 65535')
  .int('a port is a number from 0 to 65535')
  .min(0, 'a port is a number from 0 to 65535')
  .max(65_535, 'a port is a number from 0 to 65535');

/** Values separated by commas. */
export const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);

/** `1`, `true`, `yes`, `on`, or `0`, `false`, `no`, `off`. */
export const flag = z
  .enum(['1', 'true', 'yes', 'on', '0', 'false', 'no', 'off'], 'write true or false')
  .transform((text) => ['1', 'true', 'yes', 'on'].includes(text));
