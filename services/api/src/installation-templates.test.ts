import { expect, it } from 'vitest';
import { readInstallationTemplates } from './installation-templates.js';

it('takes the templates that are there', () => {
  const text = 'command: "{{ response.out }}"\nmessage_error: |\n  {{ response.out }}\n  ask #help\n';
  expect(readInstallationTemplates(text)).toEqual({
    templates: { command: '{{ response.out }}', message_error: '{{ response.out }}\nask #help\n' },
  });
  expect(readInstallationTemplates('')).toEqual({ templates: {} });
});

it.each([
  ['comand: x', /comand/],
  ['command: "{{ response.out"', /^command, line 1, column/],
  ['- a', /object/],
  ['a: [', /it: /],
])('says what is wrong with %s', (text, sentence) => {
  const read = readInstallationTemplates(text);
  expect('faults' in read && read.faults.join('\n')).toMatch(sentence);
});
