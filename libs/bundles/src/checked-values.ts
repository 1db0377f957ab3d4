import { longestWait } from '@chasqui/command-language';
import { patternFault } from '@chasqui/patterns';
import { isRuleFault, parseRule } from '@chasqui/access-rules';
import { readCapability, type Facts } from '@chasqui/contracts';
import { isSelectorFault, parseSelector } from '@chasqui/relay-selection';
import { z } from 'zod';
import { mostRetries } from './bundle.js';
import type { FaultCode } from './fault.js';
import { isFullCommand, isImage, isName, isReserved, type NameForm } from './names.js';
import { readDuration, readSize } from './quantities.js';
import { isFilePath, isFolder, readMount } from './read-mount.js';
import { longestText } from './read-rule.js';
import { looseVersion, strictVersion } from './versions.js';

/*
 * The small languages inside the values. What an editor can be told of them stands beside the check, as `meta`: it goes into the JSON
 * Schema as it is.
 */

/** What is wrong with one value. It travels in a zod issue as its `params`. */
export interface Complaint {
  readonly code: FaultCode;
  readonly facts?: Facts;
  /** Where inside the text, in UTF-16 units. */
  readonly inside?: number;
}

function text(complain: (value: string) => Complaint | undefined) {
  return z.string().superRefine((value, context) => {
    const complaint = complain(value);
    if (complaint) context.addIssue({ code: 'custom', message: complaint.code, params: { ...complaint } });
  });
}

/** A text in a language of its own: nobody writes long ones, and reading them takes time. */
function language(complain: (value: string) => Complaint | undefined) {
  return text((value) =>
    value.length > longestText ? { code: 'too-long', facts: { most: longestText } } : complain(value),
  );
}

function number(expected: 'whole' | 'any') {
  return z.number().superRefine((value, context) => {
    const right = value > 0 && Number.isFinite(value) && (expected === 'any' || Number.isSafeInteger(value));
    if (!right)
      context.addIssue({
        code: 'custom',
        message: 'bad-number',
        params: { code: 'bad-number', facts: { expected } },
      });
  });
}

/** How often something is tried again. */
export const retries = z
  .number()
  .superRefine((value, context) => {
    if (Number.isInteger(value) && value >= 0 && value <= mostRetries) return;
    const params = { code: 'bad-retries', facts: { most: mostRetries } } satisfies Complaint;
    context.addIssue({ code: 'custom', message: params.code, params });
  })
  .meta({ type: 'integer', minimum: 0, maximum: mostRetries });

/** What is done where no relay matches. */
export const noRelay = text((value) =>
  noRelayWait(value) === 'bad' ? { code: 'bad-no-relay', facts: { value } } : undefined,
).meta({ pattern: '^(refuse|wait +([0-9]+(\\.[0-9]+)?(ms|s|m|h|d))+)$' });

/** How long `wait 10m` waits, in milliseconds; undefined for `refuse`. Nobody waits longer than a day. */
export function noRelayWait(text: string): number | undefined | 'bad' {
  if (text === 'refuse') return undefined;
  const ms = readDuration(/^wait +(\S+)$/.exec(text)?.[1] ?? '');
  return ms === undefined || ms < 1 || ms > longestWait ? 'bad' : ms;
}

export const positive = number('any').meta({ exclusiveMinimum: 0 });
export const positiveWhole = number('whole').meta({ type: 'integer', minimum: 1 });

export const nonEmpty = text((value) => (value.trim() === '' ? { code: 'empty-text' } : undefined)).meta({
  minLength: 1,
});

/** A number or a boolean in a place of text is the text that was typed: an editor must not object. */
const asTyped = { type: ['string', 'number', 'boolean'] as never };

/** What a program can be given. */
export const programText = text((value) =>
  value.includes('\0') ? { code: 'nul-character' } : undefined,
).meta(asTyped);

/** A line that somebody could type. */
export const line = language((value) => (value.trim() === '' ? { code: 'empty-text' } : undefined)).meta({
  minLength: 1,
});

/** A word of `args`, with `${name}` in it. */
export const argText = language((value) =>
  value.includes('\0') ? { code: 'nul-character' } : undefined,
).meta(asTyped);

/** The name of a lock, with `${name}` in it. */
export const lockText = language((value) => (value.trim() === '' ? { code: 'empty-text' } : undefined)).meta({
  minLength: 1,
});

/** A value as somebody would type it behind an option. */
export const typedValue = z.union([programText, z.array(programText)]);

/** A size, a length or a number of items, or a duration; which of them depends on the type beside it. */
export const bound = z.string().meta({ type: ['number', 'string'] as never });

export function bundleName(form: NameForm) {
  return text((value) =>
    isReserved(value) ? { code: 'reserved-name', facts: { name: value } } : badName('bundle', value, form),
  ).meta(form === 'strict' ? strictName : {});
}

export function permissionName(form: NameForm) {
  return text((value) => badName('permission', value, form)).meta(form === 'strict' ? strictName : {});
}

export const positionalName = text((value) => badName('positional', value, 'strict')).meta({
  pattern: '^[a-z][a-z0-9_-]{0,63}$',
});

const strictName = { pattern: '^[a-z][a-z0-9_-]{0,63}$' };

function badName(what: string, name: string, form: NameForm): Complaint | undefined {
  return isName(name, form) ? undefined : { code: 'bad-name', facts: { what, name, form } };
}

export const short = text((value) =>
  /^[A-Za-z]$/.test(value) ? undefined : { code: 'bad-short', facts: { short: value } },
).meta({ pattern: '^[A-Za-z]$' });

export const version = text((value) => {
  const like = looseVersion(value);
  return strictVersion(value)
    ? undefined
    : { code: 'bad-version', facts: { version: value, ...(like && { suggestion: like }) } };
});

export const gortVersion = text((value) =>
  looseVersion(value) ? undefined : { code: 'bad-version', facts: { version: value } },
);

export const image = text((value) =>
  isImage(value) ? undefined : { code: 'bad-image', facts: { image: value } },
);

export const duration = text((value) =>
  readDuration(value) ? undefined : { code: 'bad-duration', facts: { value } },
).meta({ pattern: '^([0-9]+(\\.[0-9]+)?(ms|s|m|h|d))+$' });

export const size = text((value) =>
  readSize(value) ? undefined : { code: 'bad-size', facts: { value } },
).meta({ pattern: '^[0-9]+(\\.[0-9]+)? ?(B|[kMG]B|[KMGT]iB)$' });

export const selector = language((value) => {
  const read = parseSelector(value);
  if (!isSelectorFault(read)) return undefined;
  return { code: 'bad-selector', facts: { selector: value, expected: read.expected }, inside: read.position };
});

export const rule = language((value) => {
  const read = parseRule(value);
  if (!isRuleFault(read)) return undefined;
  return {
    code: 'bad-rule',
    facts: { rule: value, expected: read.expected, found: read.found },
    inside: read.position,
  };
});

export const pattern = language((value) => {
  if (value === '') return { code: 'empty-text' };
  const detail = patternFault(value);
  return detail === undefined ? undefined : { code: 'bad-pattern', facts: { pattern: value, detail } };
});

export const fullCommand = text((value) =>
  isFullCommand(value) ? undefined : { code: 'bad-successor', facts: { successor: value } },
).meta({ pattern: '^[^: ]+:[^:]+$' });

export const mount = text((value) =>
  readMount(value) ? undefined : { code: 'bad-mount', facts: { mount: value } },
).meta({ pattern: '^/[^:]*:/[^:]*(:(ro|rw))?$' });

export const capability = text((value) =>
  readCapability(value) ? undefined : { code: 'bad-capability', facts: { capability: value } },
).meta({ pattern: '^(CAP_)?[A-Z][A-Z0-9_]*$' });

/** As Go and container images write it: system/architecture, and sometimes a variant. */
export const platform = text((value) =>
  /^[a-z0-9]+\/[a-z0-9]+(\/[a-z0-9]+)?$/.test(value)
    ? undefined
    : { code: 'bad-platform', facts: { platform: value } },
).meta({ pattern: '^[a-z0-9]+/[a-z0-9]+(/[a-z0-9]+)?$' });

/** Where a file stands in a container, in its plain form. */
export const filePath = text((value) => (isFilePath(value) ? undefined : badFilePath(value))).meta({
  pattern: '^/',
});

/** The same, or that it is standard input. */
export const fileTarget = text((value) =>
  value === 'stdin' || isFilePath(value) ? undefined : badFilePath(value),
).meta({ pattern: '^(stdin|/.*)$' });

function badFilePath(path: string) {
  return { code: 'bad-file-path', facts: { path } } as const;
}

export const folder = text((value) =>
  isFolder(value) ? undefined : { code: 'bad-folder', facts: { folder: value } },
).meta({ pattern: '^/' });
