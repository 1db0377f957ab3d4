import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chatContract } from '../../../libs/chat/src/chat.contract.js';
import { asShown } from './as-shown.js';
import { FakeSlack } from './fake-slack.js';
import { chatOf, mention, openSlackWorld, until, type SlackWorld } from './slack-world.fixture.js';

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

chatContract('Slack', async () => {
  const slack = await FakeSlack.open();
  const chat = chatOf(slack);
  return {
    chat,
    ready: () => until(() => expect(chat.connected()).toBe(true)),
    says: async (text, event) =>
      void slack.event(mention(escaped(text), event === 'one' ? '1.1' : '2.2'), event),
    shown: () =>
      slack.posted.map((posted) => ({
        ...asShown(posted),
        room: posted.channel,
        ...(posted.thread_ts && { thread: posted.thread_ts }),
      })),
    close: () => slack.close(),
  };
});

describe('the Slack adapter', () => {
  let world: SlackWorld;
  beforeEach(async () => {
    world = await openSlackWorld();
  });
  afterEach(() => world?.[Symbol.asyncDispose]());

  it('connects again when Slack ends the connection', async () => {
    const [before] = world.slack.connections;
    world.slack.disconnectAll();
    await until(() => {
      expect(world.slack.connections).toHaveLength(1);
      expect(world.slack.connections[0]).not.toBe(before);
      expect(world.chat.connected()).toBe(true);
    });
    world.slack.event(mention('still there?', '3.3'), 'E9');
    await world.hears(1);
  });

  it('says which token Slack does not take', async () => {
    world.slack.failNext('auth.test', 200, { ok: false, error: 'invalid_auth' });
    await expect(chatOf(world.slack).listen(async () => {}, new AbortController().signal)).rejects.toThrow(
      "Slack does not take SLACK_BOT_TOKEN: invalid_auth. Copy it anew from the app's page at api.slack.com",
    );
    world.slack.failNext('apps.connections.open', 200, { ok: false, error: 'invalid_auth' });
    await expect(chatOf(world.slack).listen(async () => {}, new AbortController().signal)).rejects.toThrow(
      'SLACK_APP_TOKEN: invalid_auth',
    );
  });
});
