/** The own field of a record that a path such as `owner.name` leads to; of a value that is no record, `value` is the value. Undefined where there is none. */
export function recordAt(record: unknown, path: string): unknown {
  if (path === 'value' && (typeof record !== 'object' || record === null || Array.isArray(record)))
    return record;
  if (isOwn(record, path)) return record[path];
  let value = record;
  for (const name of path.split('.')) {
    if (!isOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}

/** A list as it is, nothing as an empty one, anything else as a list of one. */
export function asList(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return value === undefined || value === null || value === '' ? [] : [value];
}

function isOwn(value: unknown, name: string): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name);
}
