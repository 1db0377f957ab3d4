import type { BuiltInName } from './names.js';

/**
 * Who may use what the API answers by itself: whoever is known in the chat where they ask, and what some words need beyond that. Said for the
 * guide; each built-in sees to it itself.
 */
export const whoMayUse: Readonly<
  Record<BuiltInName, { readonly permission: 'known'; readonly besides?: string }>
> = {
  help: { permission: 'known', besides: 'It lists what you may run.' },
  which: { permission: 'known' },
  whoami: { permission: 'known' },
  register: {
    permission: 'known',
    besides: 'It is also for those whom nobody knows: it says how to be known.',
  },
  relays: {
    permission: 'known',
    besides: 'Protected ones that you may not use are left out, unless you hold `chasqui:read-relays`.',
  },
  last: { permission: 'known', besides: 'Your own results.' },
  history: { permission: 'known', besides: 'Your own lines.' },
  logs: { permission: 'known', besides: 'Other people’s lines need `chasqui:read-audit`.' },
  locks: { permission: 'known', besides: 'It needs `chasqui:read-runs`.' },
  cancel: { permission: 'known', besides: 'The runs of others need `chasqui:cancel-runs`.' },
  run: { permission: 'known', besides: 'The runs of others need `chasqui:read-runs`.' },
  again: { permission: 'known', besides: 'The line is judged anew.' },
  alias: { permission: 'known', besides: '`--site` needs `chasqui:manage-aliases`.' },
  schedule: {
    permission: 'known',
    besides:
      'To make one needs `chasqui:own-schedules`; to see, pause and remove those of others `chasqui:manage-schedules`.',
  },
  why: { permission: 'known', besides: 'What would come of a line of your own.' },
};
