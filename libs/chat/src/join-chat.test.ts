import { ChatMessage, topics, type ChatReply } from '@chasqui/contracts';
import { hiddenKey, makeAdapterToken, open as unseal, seal } from '@chasqui/sealing';
import { MemoryTransport, outgoing } from '@chasqui/transport';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Chat, Hear } from './chat.js';
import { credentialOf } from './credential.js';
import { joinChat } from './join-chat.js';
import { takeReplies } from './take-replies.js';

const credential = await credentialOf(makeAdapterToken('fake'));

const message: ChatMessage = {
  id: 'm1',
  adapter: 'fake',
  room: { id: 'ops', direct: false },
  sender: { id: 'U1' },
  addressed: 'prefix',
  text: 'echo:echo hello',
  saidAt: 0,
};
const reply: ChatReply = {
  runId: 'r1',
  seq: 0,
  adapter: 'fake',
  room: 'ops',
  recipient: 'U1',
  inReplyTo: 'm1',
  mark: 'running',
  blocks: [],
  text: '…',
};

let transport: MemoryTransport;
const leaving = { controller: new AbortController() };
beforeEach(() => {
  transport = new MemoryTransport({ log: { info() {}, warn() {}, error() {} } });
  leaving.controller = new AbortController();
});
afterEach(async () => {
  leaving.controller.abort();
  await transport.close();
});

/** A chat whose ears and mouth are in the test's hands. */
function open(post: Chat['post']): Promise<Hear> {
  const { promise, resolve } = Promise.withResolvers<Hear>();
  const chat: Chat = {
    name: 'fake',
    post,
    listen: async (hear, signal) => {
      resolve(hear);
      await new Promise((over) => signal.addEventListener('abort', over));
    },
  };
  void joinChat(chat, transport, { credential }, leaving.controller.signal);
  return promise;
}

const answers = async (...replies: ChatReply[]) => {
  for (const one of replies) {
    const sealed = seal(one, 'fake', 'to-adapter', credential.keys.replies);
    await transport.publish(outgoing(topics.chatReplies, { adapter: 'fake' }, one.room, sealed));
  }
};

it('posts a reply again that could not be posted', async () => {
  const posted: number[] = [];
  let failures = 2;
  await open(async ({ seq }) => {
    if (failures-- > 0) throw new Error('the chat is away');
    posted.push(seq);
  });
  await answers({ ...reply, seq: 1 });
  await vi.waitFor(() => expect(posted).toEqual([1]), 30_000);
});

it('never posts what is older than what is shown of the same run, and the same only once', async () => {
  const posted: string[] = [];
  await open(async ({ runId, seq }) => void posted.push(`${runId} ${seq}`));
  const other = { ...reply, runId: 'r2' };
  await answers(
    { ...reply, seq: 1 },
    { ...reply, seq: 3 },
    { ...reply, seq: 2 },
    { ...reply, seq: 3 },
    other,
  );
  await vi.waitFor(() => expect(posted).toContain('r2 0'), 30_000);
  expect(posted).toEqual(['r1 1', 'r1 3', 'r2 0']);
});

it('posts what goes elsewhere beside the answer, and each by its own order', async () => {
  const posted: string[] = [];
  await open(async ({ slot, seq }) => void posted.push(`${slot ?? 'answer'} ${seq}`));
  await answers({ ...reply, seq: 2 }, { ...reply, seq: 2, slot: 'C2' }, { ...reply, seq: 1, slot: 'C2' });
  await answers({ ...reply, seq: 3, runId: 'r2' });
  await vi.waitFor(() => expect(posted).toContain('answer 3'), 30_000);
  expect(posted).toEqual(['answer 2', 'C2 2', 'answer 3']);
});

it('passes on again what could not be published the first time', async () => {
  const hear = await open(async () => {});
  const publish = vi.spyOn(transport, 'publish').mockRejectedValueOnce(new Error('away'));
  await expect(hear(message)).rejects.toThrow('away');
  await hear(message);
  await hear(message);
  expect(publish).toHaveBeenCalledTimes(2);
});

it('publishes once what is heard twice at the same time', async () => {
  const heard: string[] = [];
  // What keeps a room in order says nothing of which room it is.
  const lane = hiddenKey('ops', credential.keys);
  expect(lane).not.toContain('ops');
  await transport.subscribe({ topic: topics.chatMessages, group: 'api' }, async ({ key }, sealed) => {
    const said = ChatMessage.parse(await unseal(sealed, 'fake', 'from-adapter', credential.keys.messages));
    heard.push(`${key === lane}: ${said.id}`);
  });
  const hear = await open(async () => {});
  await Promise.all([hear(message), hear(message), hear({ ...message, id: 'm2' })]);
  await vi.waitFor(() => expect(heard).toEqual(['true: m1', 'true: m2']), 30_000);
});

it('shows nothing that the API did not seal for it', async () => {
  const posted: string[] = [];
  await open(async ({ text }) => void posted.push(text));
  const others = await credentialOf(makeAdapterToken('fake'));
  const topic = topics.chatReplies;
  const params = { adapter: 'fake' };
  const forged = [
    JSON.stringify(reply),
    seal(reply, 'fake', 'to-adapter', others.keys.replies),
    seal(reply, 'fake', 'from-adapter', credential.keys.messages),
    seal(reply, 'other', 'to-adapter', credential.keys.replies),
    seal({ ...reply, adapter: 'other' }, 'fake', 'to-adapter', credential.keys.replies),
    seal({ ...reply, at: Date.now() - 700_000 }, 'fake', 'to-adapter', credential.keys.replies),
  ];
  for (const sealed of forged) await transport.publish(outgoing(topic, params, 'ops', sealed));
  await answers({ ...reply, text: 'the real one' });
  await vi.waitFor(() => expect(posted).toEqual(['the real one']), 30_000);
});

it('opens replies that were sealed with the token it had before', async () => {
  const [before, now] = [makeAdapterToken('fake'), makeAdapterToken('fake')];
  const shown: string[] = [];
  const take = takeReplies(await credentialOf(now, before), async ({ text }) => void shown.push(text));
  await take(seal(reply, 'fake', 'to-adapter', (await credentialOf(before)).keys.replies));
  await take(seal(reply, 'fake', 'to-adapter', (await credentialOf(now)).keys.replies));
  expect(shown).toHaveLength(2);
  await expect(credentialOf(now, makeAdapterToken('other'))).rejects.toThrow('of other, not of fake');
});
