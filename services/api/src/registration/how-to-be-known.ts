import type { ApiConfig } from '../config.js';

/** How somebody in a chat becomes known: by a code that they confirm, by asking alone, or, where a sender is a user name, by nothing but a user of that name. */
export type HowToBeKnown = 'by-code' | 'by-self' | 'by-name';

/** How it is for people who are heard by this adapter. */
export function howToBeKnown(
  adapter: string,
  { trustedAdapters, selfRegistration }: Pick<ApiConfig, 'trustedAdapters' | 'selfRegistration'>,
): HowToBeKnown {
  if (trustedAdapters.includes(adapter)) return 'by-name';
  return selfRegistration ? 'by-self' : 'by-code';
}
