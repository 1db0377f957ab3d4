import { refusal } from '@chasqui/contracts';
import { expect, it } from 'vitest';
import { sentence } from '../wording.js';

const said = (...problems: object[]) => sentence(refusal('bad-arguments', { problems }));

it.each<[object, string]>([
  [
    { problem: 'unknown-option', name: '--forse', suggestion: '--force' },
    'there is no option --forse; did you mean --force?',
  ],
  [{ problem: 'unknown-option', name: '-x' }, 'there is no option -x; if it is a value, write -- before it'],
  [{ problem: 'repeated-option', name: '--env' }, '--env is given more than once; give it once'],
  [{ problem: 'missing-value', name: '--env' }, '--env needs a value'],
  [
    { problem: 'missing-value', name: '--message', found: '--force' },
    '--message needs a value, and --force looks like an option. if it is the value, write --message=--force',
  ],
  [{ problem: 'missing-option', name: '--env', values: ['a', 'b'] }, '--env is required: a or b'],
  [{ problem: 'missing-argument', name: 'service' }, 'service is missing'],
  [
    { problem: 'too-many-arguments', found: 'x', most: 1 },
    '"x" is one argument too many: the command takes at most 1 argument',
  ],
  [{ problem: 'too-many-arguments', most: 0 }, 'there is one argument too many: the command takes none'],
  [
    { problem: 'wrong-type', name: '--times', expected: 'a whole number', found: 'x' },
    '--times must be a whole number, not "x"',
  ],
  [
    { problem: 'not-a-value', name: '--env', values: ['prod', 'staging'], found: 'pord', suggestion: 'prod' },
    '--env must be prod or staging, not "pord"; did you mean prod?',
  ],
  [
    { problem: 'too-large', name: '--pin', expected: 'at most 4 characters' },
    '--pin must have at most 4 characters',
  ],
  [
    { problem: 'too-large', name: '--tag', expected: 'at most 2 items', found: 'a' },
    '--tag must have at most 2 items',
  ],
  [
    { problem: 'too-small', name: '--port', expected: 'at least 1024', found: '80' },
    '--port must be at least 1024, not "80"',
  ],
  [
    { problem: 'option-from-variable', name: '$x', found: '--force' },
    '$x stands for "--force" here, which could be read as an option. write -- before it, or --name=$x',
  ],
])('%j is said as %j', (problem, text) => expect(said(problem)).toBe(text));

it('says every problem, and how the command is called', () => {
  const problems = [
    { problem: 'missing-option', name: '--env' },
    { problem: 'missing-argument', name: 'service' },
  ];
  expect(sentence(refusal('bad-arguments', { problems, usage: 'ops:restart --env ENV SERVICE' }))).toBe(
    '--env is required\nservice is missing\nusage: ops:restart --env ENV SERVICE',
  );
});

it('says what a variable has nothing to stand for, and what there is', () => {
  const facts = { variable: '$nam', missing: 'field', fields: ['name', 'age'], suggestion: '$name' };
  expect(sentence(refusal('no-variable', facts))).toBe(
    '$nam has no value here: what the command before gave has name and age. did you mean $name? a default stands in for what is missing: ${name:-default}',
  );
  expect(sentence(refusal('no-variable', { variable: '$5x', missing: 'record' }))).toContain(
    'put it in single quotes',
  );
});
