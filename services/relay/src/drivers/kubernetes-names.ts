import { labels } from './docker-container.js';
import type { Work } from './driver.js';
import { executionName } from './execution-name.js';

/** Lower case and dashes: what a name may be in Kubernetes. The same for the same attempt, so that a second one fails by itself. */
export function jobName(work: Pick<Work, 'executionId' | 'attempt'>): string {
  return executionName(work).toLowerCase().replaceAll('_', '-');
}

/** Finds everything that belongs to one attempt. */
export function selectorOf({ executionId, attempt }: Pick<Work, 'executionId' | 'attempt'>): string {
  return `${labels.execution}=${executionId},${labels.attempt}=${attempt}`;
}

/** The labels of everything that belongs to one. */
export function marksOf(work: Work, relay: string): Record<string, string> {
  return {
    'app.kubernetes.io/managed-by': 'chasqui',
    [labels.relay]: relay,
    [labels.run]: work.runId,
    [labels.execution]: work.executionId,
    [labels.attempt]: String(work.attempt),
  };
}
