import { outageCodes, refusal, refusalCodes, type RefusalCode } from '@chasqui/contracts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bugSentence, outageSentence, sentence } from './wording.js';

const said = (code: RefusalCode, facts: Record<string, unknown> = {}) => sentence(refusal(code, facts));

const factNames = [
  'name',
  'command',
  'missing',
  'rules',
  'candidates',
  'relay',
  'detail',
  'position',
  'text',
  'from',
].concat([
  'requirements',
  'unavailable',
  'lackingDriver',
  'nearMisses',
  'since',
  'now',
  'relays',
  'selector',
  'what',
  'problem',
]);
const factValue = fc.oneof(
  fc.jsonValue(),
  fc.array(fc.dictionary(fc.constantFrom(...factNames), fc.jsonValue())),
);

it.each(refusalCodes)('%s has a sentence, whatever its facts are', (code) => {
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...factNames), factValue), (facts) => {
      expect(said(code, facts)).toMatch(/^[^]{10,}$/);
      expect(said(code, facts)).not.toMatch(/undefined|\[object|NaN/);
    }),
    { numRuns: 100 },
  );
});

// Without its chat nobody can be told anything, least of all that something was not run.
it.each(outageCodes.filter((code) => code !== 'chat-unavailable'))(
  '%s has a sentence that says it was not run',
  (code) => {
    expect(outageSentence(code)).toMatch(/^it was not run: /);
    expect(outageSentence(code, { relay: 'fra-1', detail: 'refused.' })).not.toMatch(/undefined|\.\./);
  },
);

it('words a code it has never heard of by its detail', () => {
  expect(outageSentence('moon-phase', { detail: 'the moon is full' })).toBe('the moon is full (moon-phase)');
  expect(outageSentence('moon-phase')).toContain('moon-phase');
});

it('says that a bug is ours', () => {
  expect(bugSentence('r1')).toBe(
    'something went wrong inside Chasqui; it is not your fault. tell an administrator this run id: r1',
  );
});

it.each<[RefusalCode, Record<string, unknown>, string]>([
  [
    'unknown-command',
    { name: 'ehco', suggestion: 'echo:echo' },
    'there is no command "ehco"; did you mean echo:echo?',
  ],
  [
    'message-late',
    { ageMs: 12.7 * 60_000 },
    'not run: you said this 12 min ago, and it could not be taken up until now. say it again if you still want it',
  ],
  [
    'too-many-lines',
    { most: 60, withinMs: 60_000, until: Date.UTC(2026, 0, 1, 12, 4), now: Date.UTC(2026, 0, 1, 12, 3) },
    'you said more than 60 lines within 60 s: this one was not run, nor will any be until 12:04 UTC. say it again then',
  ],
  ['unknown-command', { name: 'xyz' }, 'there is no command "xyz"; "help" lists those there are'],
  [
    'ambiguous-command',
    { name: 'say', candidates: ['foo:say', 'bar:say'] },
    '"say" is in more than one bundle: write foo:say or bar:say',
  ],
  [
    'not-allowed',
    { command: 'ops:restart', missing: [['ops:write']] },
    'you need ops:write to run ops:restart',
  ],
  [
    'not-allowed',
    { command: 'ops:restart', missing: [['ops:a', 'ops:b'], ['ops:c']] },
    'you need ops:a and ops:b, or ops:c to run ops:restart',
  ],
  [
    'not-allowed',
    { command: 'ops:x', missing: [], rule: 'must have site:never' },
    'you may not run ops:x: its rule is must have site:never',
  ],
  [
    'not-allowed',
    {
      command: 'ops:x',
      missing: [['site:oncall']],
      rule: 'must have site:oncall',
      siteRule: 'oncall',
      relay: 'fra-1',
    },
    'you need site:oncall to run ops:x on fra-1, because of the site rule oncall',
  ],
  [
    'not-allowed',
    { command: 'ops:x', missing: [], rule: 'must have not site:guest', siteRule: 'guests' },
    'you may not run ops:x: the site rule guests is must have not site:guest',
  ],
  [
    'denied-by-rule',
    { command: 'ops:x', rule: 'with weekday == "sun" deny', siteRule: 'freeze' },
    'ops:x is denied by the site rule freeze: with weekday == "sun" deny. whoever may manage rules can change that',
  ],
  [
    'denied-by-rule',
    { command: 'ops:x', rule: 'with option["f"] == true deny', relay: 'fra-1', unsure: ['f'] },
    'ops:x is denied on fra-1 by a rule of its bundle: with option["f"] == true deny. -f could be read in two ways where it stands; write a value with =, and an option right behind the command',
  ],
  [
    'relay-protected',
    { command: 'ops:x', relays: 3, selectors: ['env=prod', 'dc=fra'] },
    "3 relays match, but you may not use them: you need relay:use for env=prod or dc=fra; an administrator can give it with: chasqui role grant ROLE relay:use --relay 'env=prod'",
  ],
  [
    'no-rules',
    { command: 'ops:x' },
    'nobody may run ops:x: it has no rules. whoever keeps its bundle can add one',
  ],
  [
    'unknown-person',
    { adapter: 'slack', id: 'U7', name: 'Ann' },
    'Chasqui does not know Ann (slack U7) yet; an administrator can change that with: chasqui user map USERNAME slack U7',
  ],
  [
    'unknown-person',
    { adapter: 'slack', workspace: 'T1', id: 'U7' },
    'Chasqui does not know slack U7 yet; an administrator can change that with: chasqui user map USERNAME slack U7 --workspace T1',
  ],
  ['repeated-option', { name: 'on' }, '--on is given more than once; give it once'],
  [
    'bad-selector',
    { text: 'dc=', position: 3, expected: 'a value', from: 'person' },
    'the selector "dc=" cannot be read: expected a value',
  ],
  [
    'bad-selector',
    { text: '!', position: 1, expected: 'a key', from: 'bundle' },
    'the bundle\'s own selector "!" cannot be read: expected a key; whoever keeps it can mend it',
  ],
  [
    'bad-syntax',
    { problem: 'trailing-escape', position: 3 },
    'that line cannot be read: it ends with a backslash. write two for the character itself',
  ],
  [
    'policy',
    { relay: 'fra-1', detail: 'network is not allowed.' },
    'fra-1 does not allow this: network is not allowed. its policy file decides; its operator can change it',
  ],
])('%s %j: %s', (code, facts, expected) => {
  expect(said(code, facts)).toBe(expected);
});
