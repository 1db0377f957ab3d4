import type { ChatMessage, ChatReply } from '@chasqui/contracts';
import { MemoryTransport } from '@chasqui/transport';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Chat } from './chat.js';
import { farEnd, type FarEnd } from './far-end.fixture.js';
import { joinChat } from './join-chat.js';

/** A chat, with somebody in it who speaks and somebody who sees what is shown. */
export interface ChatUnderTest {
  readonly chat: Chat;
  /** Resolves once the chat listens. */
  ready(): Promise<void>;
  /** Says a line to us. The same `event` again is the same event, delivered once more. */
  says(text: string, event: string): Promise<void>;
  /** Every message of ours that stands in the chat now, as people see it: the raw text without markup, newest last. */
  shown(): readonly Shown[];
  close(): Promise<void>;
}

export interface Shown {
  readonly text: string;
  /** Where it stands, in the words of `ChatMessage`. */
  readonly room: string;
  readonly thread?: string;
  /** Markup that is in effect in it: mentions, links, bold. There must be none. */
  readonly markup: readonly string[];
}

/** What every chat does. `editsInPlace` is false for one that cannot take back what it printed. */
export function chatContract(
  name: string,
  open: () => Promise<ChatUnderTest>,
  { editsInPlace = true } = {},
): void {
  describe(`${name} is a chat`, () => {
    let under: ChatUnderTest;
    let transport: MemoryTransport;
    let api: FarEnd;
    let joined: Promise<void>;
    const heard: ChatMessage[] = [];
    const leaving = { controller: new AbortController() };

    beforeEach(async () => {
      heard.length = 0;
      leaving.controller = new AbortController();
      transport = new MemoryTransport();
      under = await open();
      api = await farEnd(transport, under.chat.name, (message) => heard.push(message));
      joined = joinChat(under.chat, transport, { credential: api.credential }, leaving.controller.signal);
      await under.ready();
    });

    afterEach(async () => {
      leaving.controller.abort();
      await joined;
      await under.close();
      await transport.close();
    });

    const hears = (count: number) => vi.waitFor(() => expect(heard).toHaveLength(count), 30_000);
    const shows = (check: (shown: readonly Shown[]) => void) =>
      vi.waitFor(() => check(under.shown()), 30_000);
    const answer = (message: ChatMessage, text: string, more: Partial<ChatReply> = {}) =>
      api.answer({
        runId: `run of ${message.id}`,
        seq: 1,
        adapter: message.adapter,
        workspace: message.workspace,
        room: message.room.id,
        thread: message.thread,
        recipient: message.sender.id,
        inReplyTo: message.id,
        mark: 'succeeded',
        blocks: [{ kind: 'text', text }],
        text,
        ...more,
      });

    it('hears what is said once, though the event comes twice', async () => {
      await under.says('echo:echo "a  b" <&> --x', 'one');
      await hears(1);
      await under.says('echo:echo "a  b" <&> --x', 'one');
      await under.says('echo:echo two', 'two');
      await hears(2);
      expect(heard.map(({ text }) => text)).toEqual(['echo:echo "a  b" <&> --x', 'echo:echo two']);
      expect(heard[0]).toMatchObject({ adapter: under.chat.name });
    });

    it('shows a reply where it was asked for', async () => {
      await under.says('echo:echo hello', 'one');
      await hears(1);
      await answer(heard[0]!, 'hello');
      await shows((shown) => {
        expect(shown.at(-1)).toMatchObject({ text: 'hello', room: heard[0]!.room.id });
        expect(shown.at(-1)!.thread).toBe(heard[0]!.thread);
      });
    });

    it('shows a later reply of the same run in place of the earlier, and an older one never', async () => {
      await under.says('slow', 'one');
      await hears(1);
      await answer(heard[0]!, 'still running', { mark: 'running', seq: 1 });
      if (editsInPlace) await shows((shown) => expect(shown.at(-1)?.text).toBe('still running'));
      await answer(heard[0]!, 'done', { seq: 3 });
      await shows((shown) => expect(shown.at(-1)?.text).toBe('done'));
      await answer(heard[0]!, 'stale', { mark: 'running', seq: 2 });
      await under.says('next', 'two');
      await hears(2);
      await answer(heard[1]!, 'next is done');
      await shows((shown) => expect(shown.at(-1)?.text).toBe('next is done'));
      const texts = under.shown().map(({ text }) => text);
      expect(texts).not.toContain('stale');
      if (editsInPlace) expect(texts).toEqual(['done', 'next is done']);
    });

    it('shows text as text: nothing in it is markup, and nobody is called', async () => {
      const text = '<!channel> <@U1> @here *bold* ``` & <http://evil.example|good> :tada: \u001b[31mred';
      await under.says('echo', 'one');
      await hears(1);
      await answer(heard[0]!, text, {
        blocks: [
          { kind: 'text', text },
          { kind: 'code', text },
        ],
      });
      await shows((shown) =>
        expect(shown.at(-1)?.text).toContain(
          '<!channel> <@U1> @here *bold* ``` & <http://evil.example|good> :tada:',
        ),
      );
      expect(under.shown().flatMap(({ markup }) => markup)).toEqual([]);
    });
  });
}
