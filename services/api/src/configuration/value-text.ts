import type { ConfigKey } from '@chasqui/bundles';
import { isValueProblem, readValue, type Resolve } from '@chasqui/command-language';

/** What a key's declaration says of its values. A key that nobody declared is a string. */
export type ValueShape = Pick<ConfigKey, 'type' | 'values'>;

/**
 * The text that a command finds in its environment for a value as it was typed: numbers as JSON writes them, `true` or `false`, a duration in
 * milliseconds, all else as it is. Undefined where it is no such value, or would lose a digit.
 */
export function valueText(shape: ValueShape, text: string): string | undefined {
  const read = readValue(shape, text, nobody);
  return isValueProblem(read) ? undefined : String(read.value);
}

/** No key is of a type that names people or rooms. */
const nobody: Resolve = { user: () => undefined, channel: () => undefined };
