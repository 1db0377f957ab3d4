import { toValue } from 'liquidjs';

/** A value as it stands in a text: nothing is empty, a list or an object is JSON. */
export function shown(given: unknown): string {
  const value: unknown = toValue(given);
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'boolean':
    case 'bigint':
      return String(value);
    case 'object':
      return value === null ? '' : (JSON.stringify(value) ?? '');
    default:
      return '';
  }
}
