import type { Refusal } from '@chasqui/contracts';
import { filterFault } from './filter-fault.js';
import type { Filter } from './filter.js';

/** Why a filter cannot stand there: `seed` and `echo` begin a pipeline, all others need something before them. */
export function placeFault(filter: Filter, first: boolean): Refusal | undefined {
  const source = filter.kind === 'seed' || filter.kind === 'echo';
  return source === first ? undefined : filterFault(filter.kind, source ? 'only-first' : 'never-first');
}
