import fc from 'fast-check';
import { isRefusal } from '@chasqui/contracts';
import { expect, it } from 'vitest';
import { readCogOutput } from './cog-output.js';

it.each([
  ['one\ntwo\n', [{ body: ['one', 'two'] }]],
  ['', []],
  ['\n\n', []],
  ['JSON\n{"a":1}\n', [{ a: 1 }]],
  ['JSON\r\n[{"a":1},{"a":2}]\r\n', [{ a: 1 }, { a: 2 }]],
  ['JSON\n[1]', [{ value: 1 }]],
  ['JSON\n', []],
  ['this is JSON\n', [{ body: ['this is JSON'] }]],
  ['noise\nJSON\n{"a":1}', [{ a: 1 }]],
])('%j has the records %j', (output, records) => {
  expect(readCogOutput(output)).toMatchObject({ records });
});

it('takes the template and the log out of the output', () => {
  const output = 'COGCMD_WARN: slow today\nCOG_TEMPLATE: instance_list \nCOGCMD_ERR:bad\nJSON\n[{"id":1}]\n';
  expect(readCogOutput(output)).toEqual({
    records: [{ id: 1 }],
    text: '[{"id":1}]',
    structured: true,
    template: 'instance_list',
    logs: [
      { level: 'warn', text: 'slow today' },
      { level: 'error', text: 'bad' },
    ],
    aborts: false,
  });
});

it('reads an abort, with what is said about it', () => {
  expect(readCogOutput('nothing to do\nCOGCMD_ACTION: abort\n')).toMatchObject({
    aborts: true,
    records: [{ body: ['nothing to do'] }],
    text: 'nothing to do',
  });
});

it('takes no marker for one behind JSON', () => {
  expect(readCogOutput('JSON\n"a\\nCOG_TEMPLATE: x"')).toMatchObject({
    structured: true,
    records: [{ value: 'a\nCOG_TEMPLATE: x' }],
  });
  expect(isRefusal(readCogOutput('JSON\n{}\nCOG_TEMPLATE: x'))).toBe(true);
});

it('says where JSON is none, counted from the first line of all', () => {
  expect(readCogOutput('COG_TEMPLATE: x\nJSON\n{"a":\n}')).toMatchObject({
    code: 'bad-output',
    facts: { output: 'json', line: 4, column: 1, expected: 'a value' },
  });
});

it('has an answer to any output', () => {
  const line = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('JSON', 'COG_TEMPLATE:', 'COGCMD_ACTION: abort', 'COGCMD_DEBUG: x', '{"a":1}', '[', '\r'),
  );
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const read = readCogOutput(lines.join('\n'));
      if (!isRefusal(read)) expect(Array.isArray(read.records)).toBe(true);
    }),
  );
});

it('reads very long markers', () => {
  const long = `${' '.repeat(500_000)}x`;
  expect(readCogOutput(`COG_TEMPLATE:${long}`)).toMatchObject({ template: 'x' });
  expect(readCogOutput(`COGCMD_INFO:${long}\nCOGCMD_ACTION:${long}`)).toMatchObject({
    logs: [{ level: 'info', text: 'x' }],
    aborts: false,
  });
});
