import { expect, it } from 'vitest';
import { renderBundleHelp, renderCommandHelp, renderHelp, type CommandEntry } from './render-help.js';

const restart: CommandEntry = {
  bundle: 'ops',
  version: '1.2.0',
  command: 'restart',
  description: 'restarts a service\nand waits for it',
  rules: ['must have ops:write'],
  relay: 'dc',
};
const echo: CommandEntry = {
  bundle: 'echo',
  version: '1.0.0',
  command: 'echo',
  description: 'says it again',
  rules: ['allow'],
};

it('lists commands by bundle with what they do', () => {
  expect(renderHelp([restart, echo]).text.split('\n').slice(0, 2)).toEqual([
    'echo:echo  says it again',
    'ops:restart  restarts a service',
  ]);
});

it('tells what a bundle is for, and which commands it has', () => {
  const bundle = { name: 'ops', version: '1.2.0', description: 'looks after services' };
  const about = { ...bundle, longDescription: 'All of them.\n', author: 'Ann', license: 'MIT' };
  expect(renderBundleHelp(about, [restart]).text.split('\n').slice(0, -1)).toEqual([
    'ops 1.2.0: looks after services',
    'All of them.',
    'author   Ann',
    'license  MIT',
    'ops:restart  restarts a service',
  ]);
  expect(renderBundleHelp(bundle, [restart]).text.split('\n')[1]).toBe('ops:restart  restarts a service');
});

it('says how to get commands when there are none', () => {
  expect(renderHelp([]).text).toContain('chasqui bundle install');
});

it('tells everything about one', () => {
  expect(
    renderCommandHelp({ ...restart, longDescription: 'Be careful.\n', usage: 'ops:restart SERVICE' }).text,
  ).toBe(
    [
      'ops:restart: restarts a service',
      'and waits for it',
      'Be careful.',
      'usage    ops:restart SERVICE',
      'bundle   ops 1.2.0',
      'relay    dc',
      'who may  must have ops:write',
    ].join('\n'),
  );
  expect(renderCommandHelp(echo).text).toContain('who may  everyone');
});

it('says of each value what it may be', () => {
  const values = [
    { label: '--env ENV', type: 'string', required: true, pattern: '^[a-z]+$', max: '9 characters' },
    { label: '--token TOKEN', type: 'string', required: false, secret: true, description: 'the key' },
  ];
  expect(renderCommandHelp({ ...echo, values }).text).toContain(
    '--env ENV      at most 9 characters; matches ^[a-z]+$; required\n--token TOKEN  the key; secret\n',
  );
});
