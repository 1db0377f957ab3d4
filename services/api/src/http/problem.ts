import type { Facts } from '@chasqui/contracts';

/**
 * An answer other than success: `status` is HTTP's, `code` is stable and for programs, `message` is a sentence for a person
 * that says what to do next, `facts` is what the sentence was made of. Everything in it goes outward.
 */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly facts?: Facts,
  ) {
    super(message);
    this.name = 'Problem';
  }
}
