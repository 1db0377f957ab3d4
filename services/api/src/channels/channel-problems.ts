import { Problem } from '../http/problem.js';

export function noSelectorOf(channel: string): Problem {
  return new Problem(
    404,
    'no-channel-selector',
    `Nobody said on which relays ${channel} runs; "chasqui channel list" shows those of which it is said.`,
    { channel },
  );
}
