import type { ChatReply } from '@chasqui/contracts';
import { rendered, type Rendered } from '@chasqui/replies';
import { expect, it } from 'vitest';
import type { Target } from '../commands/plan.js';
import { finalReplies } from './final-replies.js';

const address = {
  runId: 'run',
  adapter: 'slack',
  room: 'C1',
  thread: 't1',
  recipient: 'U1',
  inReplyTo: 'm1',
};
const good = rendered('succeeded', [{ kind: 'text', text: 'the result' }]);
const bad = rendered('failed', [{ kind: 'text', text: 'what went wrong' }]);
const ops: Target = { label: '#ops', room: 'C2' };
const bob: Target = { label: '@bob', room: 'U2' };
const here: Target = { label: 'here', room: 'C1', here: true };
const sent = (targets: readonly Target[], shown: Rendered, adapter = 'slack') =>
  finalReplies({ ...address, adapter }, targets, shown, 7, { username: 'alice', line: 'ops:list' }).map(
    ({ value }) => {
      const { room, thread, slot, text, seq } = JSON.parse(value) as ChatReply;
      expect(seq).toBe(7);
      return [room, thread, slot, text];
    },
  );
const asked = 'alice ran: ops:list\nthe result';

it.each<[string, Target[], unknown[]]>([
  ['where it was asked', [], [['C1', 't1', undefined, 'the result']]],
  ['where it was asked, said so', [here], [['C1', 't1', undefined, 'the result']]],
  [
    'elsewhere, with a note where it was asked',
    [ops, bob],
    [
      ['C2', undefined, 'C2', asked],
      ['U2', undefined, 'U2', asked],
      ['C1', 't1', undefined, 'sent to #ops and @bob'],
    ],
  ],
  [
    'to both',
    [ops, here],
    [
      ['C2', undefined, 'C2', asked],
      ['C1', 't1', undefined, 'the result'],
    ],
  ],
])('sends a result %s', (_, targets, replies) => {
  expect(sent(targets, good)).toEqual(replies);
});

it('tells what went wrong only where it was asked', () => {
  expect(sent([ops, bob], bad)).toEqual([['C1', 't1', undefined, 'what went wrong']]);
});

it('sends nothing to those who came over HTTP', () => {
  expect(sent([ops], good, 'http')).toEqual([]);
});
