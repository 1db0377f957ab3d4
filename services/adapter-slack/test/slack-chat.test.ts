import type { ChatMessage, ChatReply } from '@chasqui/contracts';
import { createLogger } from '@chasqui/telemetry';
import { MemoryTransport } from '@chasqui/transport';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { chatContract } from '../../../libs/chat/src/chat.contract.js';
import { farEnd, type FarEnd } from '../../../libs/chat/src/far-end.fixture.js';
import { runAdapter } from '../src/run-adapter.js';
import { SlackChat } from '../src/slack-chat.js';
import { asShown } from './as-shown.js';
import { FakeSlack } from './fake-slack.js';

const logger = createLogger({ service: 'adapter-slack', level: 'fatal' });
const chatOf = (slack: FakeSlack) =>
  new SlackChat(
    { botToken: 'xoxb-1', appToken: 'xapp-1', apiUrl: slack.apiUrl, name: 'slack', prefix: '!' },
    logger,
  );
const mention = (text: string, ts: string, more: object = {}) => ({
  type: 'app_mention',
  channel: 'C1',
  user: 'U1',
  text: `<@UBOT> ${text}`,
  ts,
  event_ts: ts,
  ...more,
});
const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

chatContract('Slack', async () => {
  const slack = await FakeSlack.open();
  const chat = chatOf(slack);
  return {
    chat,
    ready: () => vi.waitFor(() => expect(chat.connected()).toBe(true)),
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
  let slack: FakeSlack;
  let transport: MemoryTransport;
  let chat: SlackChat;
  let api: FarEnd;
  let running: Promise<void>;
  let leaving: AbortController;
  const heard: ChatMessage[] = [];

  beforeEach(async () => {
    heard.length = 0;
    slack = await FakeSlack.open();
    leaving = new AbortController();
    transport = new MemoryTransport({ log: { info() {}, warn() {}, error() {} } });
    api = await farEnd(transport, 'slack', (message) => heard.push(message));
    chat = chatOf(slack);
    running = runAdapter({ chat, credential: api.credential, transport, logger }, leaving.signal);
    await vi.waitFor(() => expect(chat.connected()).toBe(true));
  });

  afterEach(async () => {
    leaving.abort();
    await running;
    await transport.close();
    await slack.close();
  });

  const hears = (count: number) => vi.waitFor(() => expect(heard).toHaveLength(count), 15_000);
  const answers = (reply: Partial<ChatReply>) =>
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
    });
  const posts = (check: (posted: FakeSlack['posted']) => void) =>
    vi.waitFor(() => check(slack.posted), 15_000);

  it('passes on what is attached, and says what it cannot get', async () => {
    slack.downloads.set('/files/photo.png', Buffer.from([0, 255, 10]));
    const attached = (name: string, size: number, url: string) => ({
      name,
      size,
      mimetype: 'image/png',
      url_private_download: url,
    });
    const at = (path: string) => slack.apiUrl.replace('/api/', path);
    const said = (ts: string, ...files: object[]) =>
      slack.event(mention('img:resize', ts, { subtype: 'file_share', files }), `E${ts}`);
    said('1.1', attached('photo.png', 3, at('/files/photo.png')));
    await hears(1);
    expect(heard[0]!.files).toEqual([{ name: 'photo.png', bytes: 3, base64: 'AP8K' }]);
    said(
      '1.2',
      attached('gone.png', 3, at('/files/gone.png')),
      attached('else.png', 3, 'https://example.org/a'),
    );
    await hears(2);
    expect(heard[1]!.files).toEqual([
      { name: 'gone.png', bytes: 3, fault: 'unreadable' },
      { name: 'else.png', bytes: 3, fault: 'unreadable' },
    ]);
    said('1.3', attached('film.mp4', 5_000_000, at('/files/film.mp4')));
    await hears(3);
    expect(heard[2]!.files).toEqual([{ name: 'film.mp4', bytes: 5_000_000, fault: 'too-large' }]);
  });

  it('puts the files of an answer into its thread, once', async () => {
    const files = [
      { name: 'report.csv', base64: Buffer.from('a,b\n').toString('base64') },
      { name: 'ü.bin', base64: 'AP8K' },
    ];
    await answers({ files });
    await answers({ seq: 1, text: 'again', files });
    await posts((posted) => expect(posted.map(({ text }) => text)).toEqual(['again']));
    await vi.waitFor(
      () =>
        expect([...slack.uploads.values()].toSorted((a, b) => (a.filename < b.filename ? -1 : 1))).toEqual([
          { filename: 'report.csv', bytes: Buffer.from('a,b\n'), thread: '1.1' },
          { filename: 'ü.bin', bytes: Buffer.from([0, 255, 10]), thread: '1.1' },
        ]),
      15_000,
    );
  });

  it('shows an answer whose files Slack does not take', async () => {
    slack.failNext('files.getUploadURLExternal', 200, { ok: false, error: 'missing_scope' });
    await answers({ files: [{ name: 'a', base64: 'AP8K' }] });
    await posts((posted) => expect(posted).toHaveLength(1));
  });

  it('publishes what is said to it, with the name of who said it', async () => {
    slack.event(
      mention('echo:echo “hello” <http://example.com|example.com> —loud', '1700000001.000200'),
      'E1',
    );
    await hears(1);
    expect(heard[0]).toEqual({
      id: 'C1:1700000001.000200',
      adapter: 'slack',
      workspace: 'T1',
      room: { id: 'C1', direct: false },
      thread: '1700000001.000200',
      sender: { id: 'U1', name: 'Ann (U1)' },
      addressed: 'mention',
      text: 'echo:echo "hello" example.com --loud',
      saidAt: 1_700_000_001_000,
    });
  });

  it('hears a message once that Slack tells of twice, as a mention and as a message, and again later', async () => {
    slack.event(mention('!echo:echo hi', '1.1'), 'E1');
    slack.event({ ...mention('!echo:echo hi', '1.1'), type: 'message', channel_type: 'channel' }, 'E2');
    slack.event(mention('!echo:echo hi', '1.1'), 'E1', 1);
    slack.event(mention('second', '2.2'), 'E3');
    await vi.waitFor(() => expect(slack.acks).toHaveLength(4));
    await hears(2);
    expect(heard.map(({ text }) => text)).toEqual(['echo:echo hi', 'second']);
  });

  it('asks for a name once', async () => {
    slack.event(mention('one', '1.1'), 'E1');
    await hears(1);
    slack.event(mention('two', '2.2'), 'E2');
    await hears(2);
    expect(slack.calls.filter(({ method }) => method === 'users.info')).toHaveLength(1);
  });

  it('says who and which room is named in the text, and asks nobody about talk', async () => {
    slack.event({ ...mention('', '1.1'), type: 'message', channel_type: 'channel', text: 'ask <@U7>' }, 'E1');
    slack.event(mention('ops:report &gt; <#C2|ops> &gt; <@U9>', '2.2'), 'E2');
    await hears(1);
    expect(heard[0]).toMatchObject({
      text: 'ops:report > #ops > @Ann.U9',
      mentions: [
        { kind: 'room', name: 'ops', id: 'C2' },
        { kind: 'person', name: 'Ann.U9', id: 'U9' },
      ],
    });
    const asked = slack.calls.filter(({ method }) => method === 'users.info').map(({ args }) => args['user']);
    expect(asked.sort()).toEqual(['U1', 'U9']);
  });

  it('goes on without a name where Slack gives none', async () => {
    slack.failNext('users.info', 200, { ok: false, error: 'missing_scope' });
    slack.event(mention('one', '1.1'), 'E1');
    await hears(1);
    expect(heard[0]!.sender).toEqual({ id: 'U1' });
  });

  it('acknowledges nothing that it could not pass on, and takes it when Slack brings it again', async () => {
    const publish = vi.spyOn(transport, 'publish').mockRejectedValueOnce(new Error('the broker is away'));
    slack.event(mention('one', '1.1'), 'E1');
    await vi.waitFor(() => expect(publish).toHaveBeenCalledTimes(1));
    const again = slack.event(mention('one', '1.1'), 'E1', 1);
    await hears(1);
    await vi.waitFor(() => expect(slack.acks.map(({ envelope_id }) => envelope_id)).toEqual([again]));
  });

  it('hears slash commands and lets the room see them', async () => {
    const command = {
      channel_id: 'C1',
      channel_name: 'ops',
      user_id: 'U1',
      user_name: 'ann',
      text: 'echo:echo hi',
      trigger_id: 't1',
    };
    const envelope = slack.slash(command);
    await hears(1);
    expect(heard[0]).toMatchObject({
      id: 'slash:t1',
      addressed: 'slash',
      text: 'echo:echo hi',
      room: { id: 'C1', name: 'ops' },
    });
    await vi.waitFor(() =>
      expect(slack.acks).toContainEqual({ envelope_id: envelope, payload: { response_type: 'in_channel' } }),
    );
  });

  it('answers a slash command that it could not pass on', async () => {
    vi.spyOn(transport, 'publish').mockRejectedValueOnce(new Error('the broker is away'));
    slack.slash({ channel_id: 'C1', user_id: 'U1', text: 'echo:echo hi', trigger_id: 't1' });
    await vi.waitFor(() =>
      expect(slack.acks[0]?.payload).toEqual({ text: expect.stringContaining('it was not run') as string }),
    );
  });

  it('posts in the thread and edits that message as the run goes on', async () => {
    await answers({ mark: 'running', text: 'running' });
    await posts((posted) =>
      expect(posted).toMatchObject([{ channel: 'C1', thread_ts: '1.1', text: 'running' }]),
    );
    await answers({ seq: 1, text: 'done' });
    await posts((posted) => expect(posted).toMatchObject([{ text: 'done' }]));
  });

  it('keeps what goes elsewhere apart from the answer in the thread', async () => {
    await answers({ mark: 'running', text: 'running' });
    await answers({ seq: 1, text: 'sent to #ops' });
    await answers({ seq: 1, slot: 'C2', room: 'C2', thread: undefined, text: 'the result' });
    await answers({ seq: 2, slot: 'C2', room: 'C2', thread: undefined, text: 'the result, again' });
    await posts((posted) =>
      expect(posted.map(({ channel, thread_ts, text }) => [channel, thread_ts, text])).toEqual([
        ['C1', '1.1', 'sent to #ops'],
        ['C2', undefined, 'the result, again'],
      ]),
    );
  });

  it('draws a coloured answer over a plain one, and takes the colour away again', async () => {
    const block = { kind: 'text', text: 'hello' } as const;
    const header = { kind: 'header', text: 'Restarted', color: '#ff0000' } as const;
    await answers({ mark: 'running', blocks: [block] });
    await answers({ seq: 1, blocks: [header, block] });
    await posts(([posted]) => {
      expect(posted!.blocks).toMatchObject([{ type: 'header', text: { text: 'Restarted' } }]);
      expect(posted!.attachments).toMatchObject([{ color: '#ff0000', blocks: [{ type: 'rich_text' }] }]);
    });
    await answers({ seq: 2, blocks: [block] });
    await posts(([posted]) =>
      expect(posted).toMatchObject({ attachments: [], blocks: [{ type: 'rich_text' }] }),
    );
  });

  it('posts anew where its message was deleted', async () => {
    await answers({ mark: 'running', text: 'running' });
    await posts((posted) => expect(posted).toHaveLength(1));
    slack.posted.length = 0;
    await answers({ seq: 1, text: 'done' });
    await posts((posted) => expect(posted).toMatchObject([{ text: 'done', thread_ts: '1.1' }]));
  });

  it('tells the person alone where it may not speak in the room', async () => {
    slack.failNext('chat.postMessage', 200, { ok: false, error: 'not_in_channel' });
    await answers({});
    await posts((posted) => expect(posted).toMatchObject([{ channel: 'U1', text: 'hello' }]));
  });

  it('shows plain text where Slack does not take the blocks', async () => {
    slack.failNext('chat.postMessage', 200, { ok: false, error: 'invalid_blocks' });
    await answers({ blocks: [{ kind: 'text', text: 'hello' }] });
    await posts((posted) => expect(posted).toMatchObject([{ text: 'hello', blocks: [] }]));
  });

  it('waits as long as Slack asks when it is told too much', async () => {
    slack.failNext('chat.postMessage', 429, { ok: false, error: 'ratelimited' }, { 'retry-after': '1' });
    await answers({});
    await posts((posted) => expect(posted).toMatchObject([{ text: 'hello' }]));
    expect(slack.calls.filter(({ method }) => method === 'chat.postMessage')).toHaveLength(2);
  });

  it('keeps a reply until Slack is there again', async () => {
    for (let time = 0; time < 4; time++) slack.failNext('chat.postMessage', 503, {});
    await answers({});
    await posts((posted) => expect(posted).toMatchObject([{ text: 'hello' }]));
  });

  it('connects again when Slack ends the connection', async () => {
    const [before] = slack.connections;
    slack.disconnectAll();
    await vi.waitFor(() => {
      expect(slack.connections).toHaveLength(1);
      expect(slack.connections[0]).not.toBe(before);
      expect(chat.connected()).toBe(true);
    }, 20_000);
    slack.event(mention('still there?', '3.3'), 'E9');
    await hears(1);
  });

  it('says which token Slack does not take', async () => {
    slack.failNext('auth.test', 200, { ok: false, error: 'invalid_auth' });
    await expect(chatOf(slack).listen(async () => {}, leaving.signal)).rejects.toThrow(
      "Slack does not take SLACK_BOT_TOKEN: invalid_auth. Copy it anew from the app's page at api.slack.com",
    );
    slack.failNext('apps.connections.open', 200, { ok: false, error: 'invalid_auth' });
    await expect(chatOf(slack).listen(async () => {}, leaving.signal)).rejects.toThrow(
      'SLACK_APP_TOKEN: invalid_auth',
    );
  });
});
