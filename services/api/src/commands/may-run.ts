import { judge } from '@chasqui/access-rules';
import type { Entry } from './catalogue.js';

const noWords = { args: [], options: [] };

/**
 * Whether there is any way of typing this command that its rules would let this person run: what help lists and did-you-mean may
 * name. Conditions are left aside, because they depend on words not yet typed.
 */
export function mayRun(entry: Entry, asker: { readonly permissions: ReadonlySet<string> }): boolean {
  return entry.rules.some(
    (rule) => judge([{ ...rule, condition: undefined }], noWords, asker.permissions).kind === 'allowed',
  );
}
