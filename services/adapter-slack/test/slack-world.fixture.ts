import type { ChatMessage, ChatReply } from '@chasqui/contracts';
import { createLogger } from '@chasqui/telemetry';
import { MemoryTransport } from '@chasqui/transport';
import { expect, vi } from 'vitest';
import { farEnd } from '../../../libs/chat/src/far-end.fixture.js';
import { runAdapter } from '../src/run-adapter.js';
import { SlackChat } from '../src/slack-chat.js';
import { FakeSlack } from './fake-slack.js';

const logger = createLogger({ service: 'adapter-slack', level: 'fatal' });

/** Waits until `check` holds, for as long as a loaded machine may take. */
export function until<T>(check: () => T): Promise<T> {
  return vi.waitFor(check, 30_000);
}

/** The chat, on a Slack of the test's own. */
export function chatOf(slack: FakeSlack): SlackChat {
  return new SlackChat(
    { botToken: 'xoxb-1', appToken: 'xapp-1', apiUrl: slack.apiUrl, name: 'slack', prefix: '!' },
    logger,
  );
}

/** An event: somebody speaks to the bot in a channel. */
export const mention = (text: string, ts: string, more: object = {}) => ({
  type: 'app_mention',
  channel: 'C1',
  user: 'U1',
  text: `<@UBOT> ${text}`,
  ts,
  event_ts: ts,
  ...more,
});

/** The Slack adapter between a Slack and an API, both of them the test's own. */
export async function openSlackWorld() {
  const heard: ChatMessage[] = [];
  const slack = await FakeSlack.open();
  const leaving = new AbortController();
  const transport = new MemoryTransport({ log: { info() {}, warn() {}, error() {} } });
  const api = await farEnd(transport, 'slack', (message) => heard.push(message));
  const chat = chatOf(slack);
  const running = runAdapter({ chat, credential: api.credential, transport, logger }, leaving.signal);
  await until(() => expect(chat.connected()).toBe(true));
  return {
    slack,
    transport,
    chat,
    /** What arrived on the transport. */
    heard,
    hears: (count: number) => until(() => expect(heard).toHaveLength(count)),
    /** The API replies, in the thread of the first message unless said otherwise. */
    answers: (reply: Partial<ChatReply>) =>
      api.answer({
        runId: 'r1',
        seq: 0,
        adapter: 'slack',
        room: 'C1',
        thread: '1.1',
        recipient: 'U1',
        inReplyTo: 'C1:1.1',
        mark: 'succeeded',
        blocks: [],
        text: 'hello',
        ...reply,
      }),
    /** Waits until what Slack shows is right. */
    posts: (check: (posted: FakeSlack['posted']) => void) => until(() => check(slack.posted)),
    async [Symbol.asyncDispose]() {
      leaving.abort();
      await running;
      await transport.close();
      await slack.close();
    },
  };
}

export type SlackWorld = Awaited<ReturnType<typeof openSlackWorld>>;
