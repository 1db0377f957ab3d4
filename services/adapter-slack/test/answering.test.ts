import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSlackWorld, until, type SlackWorld } from './slack-world.fixture.js';

describe('what the Slack adapter answers', () => {
  let world: SlackWorld;
  beforeEach(async () => {
    world = await openSlackWorld();
  });
  afterEach(() => world?.[Symbol.asyncDispose]());

  it('puts the files of an answer into its thread, once', async () => {
    const files = [
      { name: 'report.csv', base64: Buffer.from('a,b\n').toString('base64') },
      { name: 'ü.bin', base64: 'AP8K' },
    ];
    await world.answers({ files });
    await world.answers({ seq: 1, text: 'again', files });
    await world.posts((posted) => expect(posted.map(({ text }) => text)).toEqual(['again']));
    await until(() =>
      expect(
        [...world.slack.uploads.values()].toSorted((a, b) => (a.filename < b.filename ? -1 : 1)),
      ).toEqual([
        { filename: 'report.csv', bytes: Buffer.from('a,b\n'), thread: '1.1' },
        { filename: 'ü.bin', bytes: Buffer.from([0, 255, 10]), thread: '1.1' },
      ]),
    );
  });

  it('shows an answer whose files Slack does not take', async () => {
    world.slack.failNext('files.getUploadURLExternal', 200, { ok: false, error: 'missing_scope' });
    await world.answers({ files: [{ name: 'a', base64: 'AP8K' }] });
    await world.posts((posted) => expect(posted).toHaveLength(1));
  });

  it('posts in the thread and edits that message as the run goes on', async () => {
    await world.answers({ mark: 'running', text: 'running' });
    await world.posts((posted) =>
      expect(posted).toMatchObject([{ channel: 'C1', thread_ts: '1.1', text: 'running' }]),
    );
    await world.answers({ seq: 1, text: 'done' });
    await world.posts((posted) => expect(posted).toMatchObject([{ text: 'done' }]));
  });

  it('keeps what goes elsewhere apart from the answer in the thread', async () => {
    await world.answers({ mark: 'running', text: 'running' });
    await world.answers({ seq: 1, text: 'sent to #ops' });
    await world.answers({ seq: 1, slot: 'C2', room: 'C2', thread: undefined, text: 'the result' });
    await world.answers({ seq: 2, slot: 'C2', room: 'C2', thread: undefined, text: 'the result, again' });
    await world.posts((posted) =>
      expect(posted.map(({ channel, thread_ts, text }) => [channel, thread_ts, text])).toEqual([
        ['C1', '1.1', 'sent to #ops'],
        ['C2', undefined, 'the result, again'],
      ]),
    );
  });

  it('draws a coloured answer over a plain one, and takes the colour away again', async () => {
    const block = { kind: 'text', text: 'hello' } as const;
    const header = { kind: 'header', text: 'Restarted', color: '#ff0000' } as const;
    await world.answers({ mark: 'running', blocks: [block] });
    await world.answers({ seq: 1, blocks: [header, block] });
    await world.posts(([posted]) => {
      expect(posted!.blocks).toMatchObject([{ type: 'header', text: { text: 'Restarted' } }]);
      expect(posted!.attachments).toMatchObject([{ color: '#ff0000', blocks: [{ type: 'rich_text' }] }]);
    });
    await world.answers({ seq: 2, blocks: [block] });
    await world.posts(([posted]) =>
      expect(posted).toMatchObject({ attachments: [], blocks: [{ type: 'rich_text' }] }),
    );
  });

  it('posts anew where its message was deleted', async () => {
    await world.answers({ mark: 'running', text: 'running' });
    await world.posts((posted) => expect(posted).toHaveLength(1));
    world.slack.posted.length = 0;
    await world.answers({ seq: 1, text: 'done' });
    await world.posts((posted) => expect(posted).toMatchObject([{ text: 'done', thread_ts: '1.1' }]));
  });

  it('tells the person alone where it may not speak in the room', async () => {
    world.slack.failNext('chat.postMessage', 200, { ok: false, error: 'not_in_channel' });
    await world.answers({});
    await world.posts((posted) => expect(posted).toMatchObject([{ channel: 'U1', text: 'hello' }]));
  });

  it('shows plain text where Slack does not take the blocks', async () => {
    world.slack.failNext('chat.postMessage', 200, { ok: false, error: 'invalid_blocks' });
    await world.answers({ blocks: [{ kind: 'text', text: 'hello' }] });
    await world.posts((posted) => expect(posted).toMatchObject([{ text: 'hello', blocks: [] }]));
  });

  it('waits as long as Slack asks when it is told too much', async () => {
    world.slack.failNext(
      'chat.postMessage',
      429,
      { ok: false, error: 'ratelimited' },
      { 'retry-after': '1' },
    );
    await world.answers({});
    await world.posts((posted) => expect(posted).toMatchObject([{ text: 'hello' }]));
    expect(world.slack.calls.filter(({ method }) => method === 'chat.postMessage')).toHaveLength(2);
  });

  it('keeps a reply until Slack is there again', async () => {
    for (let time = 0; time < 4; time++) world.slack.failNext('chat.postMessage', 503, {});
    await world.answers({});
    await world.posts((posted) => expect(posted).toMatchObject([{ text: 'hello' }]));
  });
});
