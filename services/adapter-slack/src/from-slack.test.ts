import { expect, it } from 'vitest';
import { fromCommand, fromMessage, type SlackMessage } from './from-slack.js';

const listener = { adapter: 'slack', prefix: '!', botUserId: 'UBOT', workspace: 'T1' };
const event: SlackMessage = {
  type: 'message',
  channel: 'C1',
  channel_type: 'channel',
  user: 'U1',
  ts: '12.000345',
  text: '',
};
const heard = (more: Partial<SlackMessage>) => fromMessage({ ...event, ...more }, listener);

it.each<[string, Partial<SlackMessage>, string, string]>([
  ['the prefix', { text: '!echo:echo hi' }, 'prefix', 'echo:echo hi'],
  ['a mention', { text: '<@UBOT> echo:echo hi' }, 'mention', 'echo:echo hi'],
  ['a mention with a colon', { text: '<@UBOT>: echo hi' }, 'mention', 'echo hi'],
  ['a mention and the prefix', { text: '<@UBOT|chasqui> !echo hi' }, 'mention', 'echo hi'],
  ['a mention and nothing', { text: '<@UBOT>' }, 'mention', ''],
  ['a direct message', { channel: 'D1', channel_type: 'im', text: 'echo hi' }, 'direct', 'echo hi'],
  [
    'a direct message with the prefix',
    { channel: 'D1', channel_type: 'im', text: '!echo hi' },
    'prefix',
    'echo hi',
  ],
  ['the last line again', { text: '!!' }, 'prefix', '!'],
  ['the last line again, with an option', { text: '!! --force' }, 'prefix', '! --force'],
  ['the last line again, and what is done with it', { text: '!!|count &gt; me' }, 'prefix', '!|count > me'],
  ['the last line again, sent elsewhere', { text: '!! &gt; <#C7|ops>' }, 'prefix', '! > #ops'],
  ['an earlier line again', { text: '!again 0199-7' }, 'prefix', 'again 0199-7'],
  ['a mention and the last line again', { text: '<@UBOT> !!' }, 'mention', '!'],
  ['a mention and the last line with words', { text: '<@UBOT>: !! web-2' }, 'mention', '!! web-2'],
  ['the last line in a direct message', { channel_type: 'im', text: '!! web-2' }, 'direct', '!! web-2'],
  ['a message with a file', { subtype: 'file_share', text: '!echo hi' }, 'prefix', 'echo hi'],
])('hears %s', (_, more, addressed, text) => {
  expect(heard(more)).toMatchObject({ addressed, text, sender: { id: 'U1' } });
});

it.each<[string, Partial<SlackMessage>]>([
  ['talk', { text: 'hello all' }],
  ['talk about us', { text: 'ask <@UBOT> for it' }],
  ['exclamations', { text: '!!!' }],
  ['two of them before a word', { text: '!!echo' }],
  ['two of them before talk', { text: '!! look at this' }],
  ['two of them apart', { text: '! !' }],
  ['the prefix alone', { text: '!' }],
  ['the prefix in talk', { text: '! so it is' }],
  ['a bot', { text: '!echo', bot_id: 'B1' }],
  ['ourselves', { text: '!echo', user: 'UBOT' }],
  ['an edit', { text: '!echo', subtype: 'message_changed' }],
  ['a mention edited in', { type: 'app_mention', text: '<@UBOT> echo', edited: { ts: '13.1' } }],
  ['somebody who joins', { text: '<@U1> has joined', subtype: 'channel_join' }],
  ['nobody', { text: '!echo', user: undefined }],
])('does not hear %s', (_, more) => expect(heard(more)).toBeUndefined());

it.each([
  ['.!!', '!!'],
  ['.!! | count', '!! | count'],
  ['.!', undefined],
  ['!!', undefined],
  ['..', undefined],
])('with another prefix, %j is %j', (text, expected) =>
  expect(fromMessage({ ...event, text }, { ...listener, prefix: '.' })?.text).toBe(expected),
);

it('answers in the thread, or opens one', () => {
  expect(heard({ text: '!a', thread_ts: '11.1' })?.thread).toBe('11.1');
  expect(heard({ text: '!a' })?.thread).toBe('12.000345');
});

it('knows a message by where and when it was said', () => {
  expect(heard({ text: '!a' })).toMatchObject({ id: 'C1:12.000345', workspace: 'T1', saidAt: 12_000 });
});

it('takes a slash command with or without the prefix', () => {
  const command = {
    team_id: 'T2',
    channel_id: 'D1',
    user_id: 'U1',
    text: ' !echo:echo hi ',
    trigger_id: 't1',
  };
  expect(fromCommand(command, listener, 5)).toEqual({
    id: 'slash:t1',
    adapter: 'slack',
    workspace: 'T2',
    room: { id: 'D1', direct: true },
    sender: { id: 'U1' },
    addressed: 'slash',
    text: 'echo:echo hi',
    saidAt: 5,
  });
  expect(fromCommand({ ...command, text: '!!' }, listener, 5).text).toBe('!');
  expect(fromCommand({ ...command, text: '!! web-2' }, listener, 5).text).toBe('!! web-2');
  expect(fromCommand({ ...command, text: undefined }, listener, 5).text).toBe('');
});
