import { expect, it } from 'vitest';
import { usageOf } from './usage-of.js';

it('shows in one line how a command is called', () => {
  const { line } = usageOf('ops:restart', {
    options: [
      { name: 'force', short: 'f', type: 'bool' },
      { name: 'env', short: 'e', type: 'enum', values: ['prod', 'staging'], required: true },
      { name: 'color', type: 'bool', default: true },
      { name: 'verbose', type: 'count' },
      { name: 'tag', type: 'list' },
      { name: 'wait', type: 'duration' },
    ],
    positionals: [
      { name: 'service', type: 'string', required: true },
      { name: 'host', type: 'string', variadic: true },
    ],
  });
  expect(line).toBe(
    'ops:restart --env prod|staging [--force] [--no-color] [--verbose...] [--tag TAG,...] [--wait WAIT] SERVICE [HOST...]',
  );
});

it('shows many options as one', () => {
  const options = Array.from({ length: 7 }, (_, index) => ({ name: `o${index}`, type: 'bool' as const }));
  expect(usageOf('x:y', { options, positionals: [] }).line).toBe('x:y [OPTIONS]');
});

it('has a row for each option and positional', () => {
  const { options, positionals } = usageOf('x:y', {
    options: [
      {
        name: 'wait',
        short: 'w',
        type: 'duration',
        default: 90_000,
        max: 3_600_000,
        description: 'how long',
      },
      { name: 'port', type: 'list', of: 'int', default: [80, 443], min: 1 },
      { name: 'token', type: 'string', secret: true, default: 'hidden', min: 3 },
    ],
    positionals: [{ name: 'env', type: 'enum', values: ['a', 'b'], required: true }],
  });
  expect(options).toEqual([
    {
      name: 'wait',
      label: '-w, --wait WAIT',
      short: 'w',
      type: 'duration',
      required: false,
      default: '1m30s',
      max: '1h',
      description: 'how long',
    },
    {
      name: 'port',
      label: '--port PORT,...',
      type: 'list of int',
      required: false,
      default: '80,443',
      min: '1 item',
    },
    {
      name: 'token',
      label: '--token TOKEN',
      type: 'string',
      required: false,
      min: '3 characters',
      secret: true,
    },
  ]);
  expect(positionals).toEqual([
    { name: 'env', label: 'a|b', type: 'enum', required: true, values: ['a', 'b'] },
  ]);
});

it('says of what is on by itself that it can be written both ways', () => {
  const options = [{ name: 'color', short: 'c', type: 'bool', default: true } as const];
  const usage = usageOf('x:y', { options, positionals: [] });
  expect(usage.line).toBe('x:y [--no-color]');
  expect(usage.options[0]!.label).toBe('-c, --[no-]color');
});
