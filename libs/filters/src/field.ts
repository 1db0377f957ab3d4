import type { DataRecord } from './records.js';

/** Reads `field` from records; what is not there is undefined. */
export type FieldReader = (record: DataRecord) => unknown;

/** What stands in a record under `a.b[0]`; a key that is written exactly like that wins. Undefined where it is missing. */
export function valueAt(record: DataRecord, field: string): unknown {
  return fieldReader(field)(record);
}

/** Whether a text is a field: `name`, `a.b`, `a[0]`, `a[-1]` for the last, `a["odd name"]`. */
export function isField(text: string): boolean {
  return stepsOf(text) !== undefined;
}

/** Reads the field once, for many records. Only what a record has of its own is seen. */
export function fieldReader(field: string): FieldReader {
  const steps = stepsOf(field) ?? [];
  return (record) => {
    if (Object.hasOwn(record, field)) return record[field];
    return steps.length > 0 ? steps.reduce(into, record) : undefined;
  };
}

type Step = string | number;

function into(value: unknown, step: Step): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) return typeof step === 'number' ? value.at(step) : undefined;
  return Object.hasOwn(value, step) ? (value as Record<Step, unknown>)[step] : undefined;
}

function stepsOf(text: string): Step[] | undefined {
  const steps: Step[] = [];
  let at = 0;
  while (at < text.length) {
    step.lastIndex = at;
    const found = step.exec(text);
    // A name stands at the beginning or behind a dot, and nowhere else.
    if (!found || (found[1] !== undefined) !== (at === 0 || found[0].startsWith('.'))) return undefined;
    steps.push(found[1] ?? found[2] ?? (found[3] === undefined ? found[4]! : Number(found[3])));
    at += found[0].length;
  }
  return steps.length > 0 ? steps : undefined;
}

/** `name` or `.name`; `["name"]` or `['name']`; `[0]`; and `[name]`, which is left of quotes that the line's own reader took off. */
const step = /\.?([^.[\]]+)|\[(?:(?:["']([^"'\]]+)["'])|(-?\d{1,9})|([^"'\]]+))\]/y;
