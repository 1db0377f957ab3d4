import { readFileSync } from 'node:fs';
import type { RuleFacts } from '@chasqui/access-rules';
import { expect, it } from 'vitest';
import { cogEnvironmentOf, cogNames } from './cog-environment.js';
import type { OrderParts } from './order-for.js';

function partsOf(facts: RuleFacts, command: object = {}): OrderParts {
  return {
    execution: { id: 'x1', attempt: 1 },
    stage: { bundle: { name: 'ec2' }, command: { name: 'find', env: {}, ...command } },
    invocation: { facts },
    run: {
      id: 'r1',
      room: 'C1',
      room_name: 'ops',
      sender: 'U1',
      username: 'ann',
      user_email: 'ann@example.org',
    },
  } as unknown as OrderParts;
}

it('gives arguments by number and options by name', () => {
  const facts = {
    args: ['web', ['db', 'mq']],
    options: [
      { name: 'region', value: 'eu' },
      { name: 'dry-run', value: 'true' },
      { name: 'tags', values: ['a', 'b,c'] },
    ],
  };
  expect(cogEnvironmentOf(partsOf(facts))).toEqual({
    COG_BUNDLE: 'ec2',
    COG_COMMAND: 'find',
    COG_USERNAME: 'ann',
    COG_EMAIL: 'ann@example.org',
    COG_CHAT_HANDLE: 'ann',
    COG_ROOM: 'ops',
    COG_PIPELINE_ID: 'r1',
    COG_INVOCATION_ID: 'x1',
    COG_INVOCATION_STEP: 'last',
    COG_ARGC: '3',
    COG_ARGV_0: 'web',
    COG_ARGV_1: 'db',
    COG_ARGV_2: 'mq',
    COG_OPTS: 'region,dry-run,tags',
    COG_OPT_REGION: 'eu',
    'COG_OPT_DRY-RUN': 'true',
    COG_OPT_DRY_RUN: 'true',
    COG_OPT_TAGS_COUNT: '2',
    COG_OPT_TAGS_0: 'a',
    COG_OPT_TAGS_1: 'b,c',
  });
});

it('says that there is nothing, and counts it', () => {
  const options = [{ name: 'verbose', type: 'count' }];
  expect(cogEnvironmentOf(partsOf({ args: [], options: [] }, { options }))).toMatchObject({
    COG_ARGC: '0',
    COG_OPTS: 'verbose',
    COG_OPT_VERBOSE: '0',
  });
});

it("lets the command's own variables win", () => {
  const env = { COG_ROOM: 'mine', OTHER: '1' };
  const given = cogEnvironmentOf(partsOf({ args: [], options: [] }, { env }));
  expect(given).toMatchObject({ COG_ROOM: 'mine' });
  expect(given).not.toHaveProperty('OTHER');
});

it('is what the guide says', () => {
  const guide = readFileSync(new URL('../../../../docs/guide/from-cog.md', import.meta.url), 'utf8');
  for (const { name, meaning } of cogNames) expect(guide).toContain(`| \`${name}\` | ${meaning} |`);
});
