import type { RuleFault } from '@chasqui/access-rules';
import type { SelectorFault } from '@chasqui/relay-selection';
import { Problem } from '../http/problem.js';

/** Every sentence of this feature, in one place. */
export const problems = {
  badRule: (rule: string, { position, length, expected, found }: RuleFault) =>
    new Problem(
      422,
      'bad-rule',
      `The rule cannot be read at character ${position + 1}: expected ${expected}, not ${found}.`,
      { rule, position, ...(length !== undefined && { length }), expected, found },
    ),
  forWhich: () =>
    new Problem(
      422,
      'rule-for-which',
      'Say which commands the rule is for: "on" is bundle:command, bundle:* or *.',
    ),
  otherCommand: (named: string, on: string) =>
    new Problem(
      422,
      'rule-for-another',
      `The rule names ${named}, but "on" says ${on}; leave one of them out, or make them the same.`,
      { named, on },
    ),
  ruleExists: (name: string) =>
    new Problem(
      409,
      'rule-exists',
      `There is a site rule ${name} already; change it, or choose another name.`,
      { name },
    ),
  unknownRule: (name: string) =>
    new Problem(404, 'unknown-rule', `There is no site rule ${name}; GET /site-rules lists them.`, { name }),
  tooManyRules: (most: number) =>
    new Problem(409, 'too-many-rules', `There are ${most} site rules already; remove some first.`, { most }),
  badSelector: (selector: string, { position, length, expected }: SelectorFault) =>
    new Problem(
      422,
      'bad-selector',
      `The selector cannot be read at character ${position + 1}: expected ${expected}.`,
      { selector, position, ...(length !== undefined && { length }), expected },
    ),
  wholeSite: () =>
    new Problem(422, 'bad-selector', 'Say which relays: an empty selector would mean every relay.'),
  alreadyProtected: (selector: string) =>
    new Problem(409, 'already-protected', `Relays with ${selector} are protected already.`, { selector }),
  tagAlreadyProtected: (tag: string) =>
    new Problem(409, 'already-protected', `The tag ${tag} is protected already.`, { tag }),
  tagNotProtected: (tag: string) =>
    new Problem(404, 'not-protected', `Nobody protected the tag ${tag}; GET /protected-tags lists what is.`, {
      tag,
    }),
  notProtected: (selector: string) =>
    new Problem(404, 'not-protected', `Nobody protected ${selector}; GET /protected-relays lists what is.`, {
      selector,
    }),
};
