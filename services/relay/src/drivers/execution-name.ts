import type { Work } from './driver.js';

/**
 * The name under which an execution's attempt is known outside of the relay: of its container, of its folder. The same for the same
 * attempt, so that a second start of it fails by itself. Characters that such a name may not have are written `_` + their code.
 */
export function executionName({ executionId, attempt }: Pick<Work, 'executionId' | 'attempt'>): string {
  const safe = executionId.replace(/[^A-Za-z0-9-]/g, (odd) => `_${odd.codePointAt(0)!.toString(16)}`);
  return `chasqui-${safe}-${attempt}`;
}
