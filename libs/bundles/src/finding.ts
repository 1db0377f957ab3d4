import type { Facts } from '@chasqui/contracts';
import type { Fault, FaultCode } from './fault.js';

/** Keys and list indices from the top of the file. */
export type Path = readonly (string | number)[];

/** A fault that does not know its line yet: it says by path where it is. */
export interface Finding {
  readonly severity: Fault['severity'];
  readonly code: FaultCode;
  readonly facts: Facts;
  readonly path: Path;
  readonly place?: Place;
}

/** Where exactly: at the name instead of the value, so many characters inside a text, or at an offset of the file. */
export type Place = { readonly at: 'key' } | { readonly inside: number } | { readonly offset: number };

export function error(code: FaultCode, path: Path, facts: Facts = {}, place?: Place): Finding {
  return { severity: 'error', code, facts, path, ...(place && { place }) };
}

export function warning(code: FaultCode, path: Path, facts: Facts = {}, place?: Place): Finding {
  return { severity: 'warning', code, facts, path, ...(place && { place }) };
}

/** A path as a JSON pointer (RFC 6901). */
export function pointerTo(path: Path): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
