import { z } from 'zod';
import type { Rate } from './kinds.js';
import type { Environment } from './read-settings.js';

/** A setting as it is in force, fit to be shown. */
export interface SettingInForce {
  readonly name: string;
  /** As it was given, or the default; `***` where it is a secret. Absent where it is not set and has no default. */
  readonly value?: string;
  /** True where `value` is not shown in full. */
  readonly secret: boolean;
  readonly from: 'environment' | 'file' | 'default' | 'not set';
  /** The file that it was read from. */
  readonly file?: string;
}

/**
 * The settings that `shape` names, as a process that was given this environment has them. What a name says to be a secret is never
 * shown, and of a URL not its password: a new setting is hidden before anybody thought of it.
 */
export function settingsInForce(environment: Environment, shape: z.ZodRawShape): SettingInForce[] {
  return Object.keys(shape)
    .toSorted()
    .map((name) => inForce(name, environment, shape[name] as z.ZodType));
}

/** The values of these settings that must never be shown: for a log that masks them. `read` gives what a file holds. */
export function secretValues(
  environment: Environment,
  shape: z.ZodRawShape,
  read: (path: string) => string,
): string[] {
  return Object.keys(shape).flatMap((name) => {
    const file = environment[`${name}_FILE`];
    const text = (environment[name] || (file ? contents(file, read) : ''))?.trim();
    if (!text) return [];
    if (isSecret(name)) return text.split(/[\s,]+/).filter((part) => part.length >= 8 && !isPublic(part));
    const password = URL.canParse(text) ? decodeURIComponent(new URL(text).password) : '';
    return password.length >= 4 ? [password] : [];
  });
}

function inForce(name: string, environment: Environment, schema: z.ZodType): SettingInForce {
  const file = environment[`${name}_FILE`];
  const given = environment[name];
  const secret = isSecret(name);
  if (given) return { name, ...shown(given.trim(), secret), from: 'environment' };
  if (file) return { name, ...(secret && { value: mask }), secret, from: 'file', file };
  const usual = schema.safeParse(undefined);
  if (!usual.success || usual.data === undefined) return { name, secret, from: 'not set' };
  return { name, value: textOf(usual.data), secret: false, from: 'default' };
}

const mask = '***';

function shown(text: string, secret: boolean): { value: string; secret: boolean } {
  if (secret) return { value: mask, secret };
  const withoutPassword = text.replaceAll(/(\b[a-z][a-z+.-]*:\/\/[^\s/:@]*):[^\s/@]*@/gi, `$1:${mask}@`);
  return { value: withoutPassword, secret: withoutPassword !== text };
}

/** By its name: so that whoever adds a setting need not think of it. Enrolment lines hold relay tokens. */
function isSecret(name: string): boolean {
  return /PASSWORD(?!S$)|SECRET|TOKEN|CREDENTIAL|ENROL|KEYS?$/.test(name);
}

/** Among secrets: the frame of a key in PEM, and the tags of a relay. */
function isPublic(part: string): boolean {
  return part.startsWith('-----') || /^[a-z][\w./-]*=[\w.-]+$/i.test(part);
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.join(',');
  const { most, withinMs } = value as Partial<Rate>;
  return most === undefined ? JSON.stringify(value) : `${most}/${withinMs}ms`;
}

function contents(file: string, read: (path: string) => string): string {
  try {
    return read(file);
  } catch {
    return '';
  }
}
