/** Where on the way of a command somebody was hit, and by which words in whose log that is known. */
export const steps = [
  { step: 'recorded', kind: 'api', text: '"run accepted"' },
  { step: 'taken', kind: 'relay', text: '"an order was taken"' },
  { step: 'started', kind: 'relay', text: '"an execution started"' },
  { step: 'finished', kind: 'relay', text: '"an execution finished"' },
  { step: 'ended', kind: 'api', text: '"run ended"' },
] as const;

/** `said` and `shown` are the adapter's. */
export type Step = (typeof steps)[number]['step'] | 'said' | 'shown';
export const allSteps: readonly Step[] = ['said', ...steps.map(({ step }) => step), 'shown'];
