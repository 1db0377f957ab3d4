import { isRuleFault, parseRule } from '@chasqui/access-rules';
import type { Facts } from '@chasqui/contracts';
import { isSelectorFault, parseSelector } from '@chasqui/relay-selection';
import { z } from 'zod';
import type { FaultCode } from './fault.js';
import { isImage, isName, isReserved, type NameForm } from './names.js';
import { readDuration, readSize } from './quantities.js';
import { looseVersion, strictVersion } from './versions.js';

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

export const positive = number('any');
export const positiveWhole = number('whole');

export const nonEmpty = text((value) => (value.trim() === '' ? { code: 'empty-text' } : undefined));

/** What a program can be given. */
export const programText = text((value) => (value.includes('\0') ? { code: 'nul-character' } : undefined));

export function bundleName(form: NameForm) {
  return text((value) =>
    isReserved(value) ? { code: 'reserved-name', facts: { name: value } } : badName('bundle', value, form),
  );
}

export function permissionName(form: NameForm) {
  return text((value) => badName('permission', value, form));
}

function badName(what: 'bundle' | 'permission', name: string, form: NameForm): Complaint | undefined {
  return isName(name, form) ? undefined : { code: 'bad-name', facts: { what, name, form } };
}

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
);

export const size = text((value) => (readSize(value) ? undefined : { code: 'bad-size', facts: { value } }));

export const selector = text((value) => {
  const read = parseSelector(value);
  if (!isSelectorFault(read)) return undefined;
  return { code: 'bad-selector', facts: { selector: value, expected: read.expected }, inside: read.position };
});

export const rule = text((value) => {
  const read = parseRule(value);
  if (!isRuleFault(read)) return undefined;
  return {
    code: 'bad-rule',
    facts: { rule: value, expected: read.expected, found: read.found },
    inside: read.position,
  };
});
