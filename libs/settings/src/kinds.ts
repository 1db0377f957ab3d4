import { isIP } from 'node:net';
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

/** So many within a length of time, in milliseconds. */
export interface Rate {
  readonly most: number;
  readonly withinMs: number;
}

/**
 * How often, written `60/1m`; `off` for no limit, which is read as undefined. Its default is given as text, by `prefault`: a `default` would take the
 * place of that undefined.
 */
export const rate = z.string().transform((text, context): Rate | undefined => {
  if (text === 'off') return undefined;
  const [most = '', within = ''] = text.split('/');
  const withinMs = duration.safeParse(within);
  if (/^[1-9]\d{0,8}$/.test(most) && withinMs.success && withinMs.data > 0) {
    return { most: Number(most), withinMs: withinMs.data };
  }
  context.addIssue({
    code: 'custom',
    message: `"${text}" is not how often; write it like 60/1m (so many within so long), or off`,
  });
  return z.NEVER;
});

/** Addresses of machines and networks, separated by commas: `10.0.0.7`, `10.0.0.0/8`, `fd00::/8`. */
export const addresses = list.superRefine((parts, context) => {
  for (const part of parts.filter((text) => !isAddress(text))) {
    context.addIssue({
      code: 'custom',
      message: `"${part}" is neither an address nor a network like 10.0.0.0/8`,
    });
  }
});

function isAddress(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const version = isIP(address);
  if (version === 0 || more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}
