/** Why a template of Gort's cannot be carried over. Stable; sentences live in `wording/gort-template-notes.ts`. */
export type GortNoteCode = 'bad-syntax' | 'unknown-function' | 'unknown-field' | 'not-carried' | 'left-out';

/** Thrown while a template is read, caught where it is converted. `at` counts UTF-16 units from 0. */
export class GoProblem extends Error {
  constructor(
    readonly code: GortNoteCode,
    readonly what: string,
    readonly at: number,
  ) {
    super(code);
  }
}
