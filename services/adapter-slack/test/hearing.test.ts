import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { mention, openSlackWorld, until, type SlackWorld } from './slack-world.fixture.js';

describe('what the Slack adapter hears', () => {
  let world: SlackWorld;
  beforeEach(async () => {
    world = await openSlackWorld();
  });
  afterEach(() => world?.[Symbol.asyncDispose]());

  it('passes on what is attached, and says what it cannot get', async () => {
    world.slack.downloads.set('/files/photo.png', Buffer.from([0, 255, 10]));
    const attached = (name: string, size: number, url: string) => ({
      name,
      size,
      mimetype: 'image/png',
      url_private_download: url,
    });
    const at = (path: string) => world.slack.apiUrl.replace('/api/', path);
    const said = (ts: string, ...files: object[]) =>
      world.slack.event(mention('img:resize', ts, { subtype: 'file_share', files }), `E${ts}`);
    said('1.1', attached('photo.png', 3, at('/files/photo.png')));
    await world.hears(1);
    expect(world.heard[0]!.files).toEqual([{ name: 'photo.png', bytes: 3, base64: 'AP8K' }]);
    said(
      '1.2',
      attached('gone.png', 3, at('/files/gone.png')),
      attached('else.png', 3, 'https://example.org/a'),
    );
    await world.hears(2);
    expect(world.heard[1]!.files).toEqual([
      { name: 'gone.png', bytes: 3, fault: 'unreadable' },
      { name: 'else.png', bytes: 3, fault: 'unreadable' },
    ]);
    said('1.3', attached('film.mp4', 5_000_000, at('/files/film.mp4')));
    await world.hears(3);
    expect(world.heard[2]!.files).toEqual([{ name: 'film.mp4', bytes: 5_000_000, fault: 'too-large' }]);
  });

  it('publishes what is said to it, with the name of who said it', async () => {
    world.slack.event(
      mention('echo:echo “hello” <http://example.com|example.com> —loud', '1700000001.000200'),
      'E1',
    );
    await world.hears(1);
    expect(world.heard[0]).toEqual({
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
    world.slack.event(mention('!echo:echo hi', '1.1'), 'E1');
    world.slack.event({ ...mention('!echo:echo hi', '1.1'), type: 'message', channel_type: 'channel' }, 'E2');
    world.slack.event(mention('!echo:echo hi', '1.1'), 'E1', 1);
    world.slack.event(mention('second', '2.2'), 'E3');
    await until(() => expect(world.slack.acks).toHaveLength(4));
    await world.hears(2);
    expect(world.heard.map(({ text }) => text)).toEqual(['echo:echo hi', 'second']);
  });

  it('asks for a name once', async () => {
    world.slack.event(mention('one', '1.1'), 'E1');
    await world.hears(1);
    world.slack.event(mention('two', '2.2'), 'E2');
    await world.hears(2);
    expect(world.slack.calls.filter(({ method }) => method === 'users.info')).toHaveLength(1);
  });

  it('says who and which room is named in the text, and asks nobody about talk', async () => {
    world.slack.event(
      { ...mention('', '1.1'), type: 'message', channel_type: 'channel', text: 'ask <@U7>' },
      'E1',
    );
    world.slack.event(mention('ops:report &gt; <#C2|ops> &gt; <@U9>', '2.2'), 'E2');
    await world.hears(1);
    expect(world.heard[0]).toMatchObject({
      text: 'ops:report > #ops > @Ann.U9',
      mentions: [
        { kind: 'room', name: 'ops', id: 'C2' },
        { kind: 'person', name: 'Ann.U9', id: 'U9' },
      ],
    });
    const asked = world.slack.calls
      .filter(({ method }) => method === 'users.info')
      .map(({ args }) => args['user']);
    expect(asked.sort()).toEqual(['U1', 'U9']);
  });

  it('goes on without a name where Slack gives none', async () => {
    world.slack.failNext('users.info', 200, { ok: false, error: 'missing_scope' });
    world.slack.event(mention('one', '1.1'), 'E1');
    await world.hears(1);
    expect(world.heard[0]!.sender).toEqual({ id: 'U1' });
  });

  it('acknowledges nothing that it could not pass on, and takes it when Slack brings it again', async () => {
    const publish = vi
      .spyOn(world.transport, 'publish')
      .mockRejectedValueOnce(new Error('the broker is away'));
    world.slack.event(mention('one', '1.1'), 'E1');
    await until(() => expect(publish).toHaveBeenCalledTimes(1));
    const again = world.slack.event(mention('one', '1.1'), 'E1', 1);
    await world.hears(1);
    await until(() => expect(world.slack.acks.map(({ envelope_id }) => envelope_id)).toEqual([again]));
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
    const envelope = world.slack.slash(command);
    await world.hears(1);
    expect(world.heard[0]).toMatchObject({
      id: 'slash:t1',
      addressed: 'slash',
      text: 'echo:echo hi',
      room: { id: 'C1', name: 'ops' },
    });
    await until(() =>
      expect(world.slack.acks).toContainEqual({
        envelope_id: envelope,
        payload: { response_type: 'in_channel' },
      }),
    );
  });

  it('answers a slash command that it could not pass on', async () => {
    vi.spyOn(world.transport, 'publish').mockRejectedValueOnce(new Error('the broker is away'));
    world.slack.slash({ channel_id: 'C1', user_id: 'U1', text: 'echo:echo hi', trigger_id: 't1' });
    await until(() =>
      expect(world.slack.acks[0]?.payload).toEqual({
        text: expect.stringContaining('it was not run') as string,
      }),
    );
  });
});
