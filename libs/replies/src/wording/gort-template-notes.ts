import type { Facts } from '@chasqui/contracts';
import { readFacts } from './read-facts.js';

/** What of a Gort template could not be carried over, and what that means. */
export function gortTemplateNoteSentence(note: { readonly code: string; readonly facts: Facts }): string {
  const what = readFacts(note.facts).text('what') ?? 'something';
  switch (note.code) {
    case 'left-out':
      return `${what} is left out: everything else is always shown here`;
    case 'unknown-function':
      return `the function ${what} has no equivalent here; ${instead}`;
    case 'unknown-field':
      return `${what} is not known here; ${instead}`;
    case 'not-carried':
      return `${what} cannot be carried over; ${instead}`;
    default:
      return `this cannot be read as a Go template (at ${what}); ${instead}`;
  }
}

const instead = 'what is printed is shown as without a template';
