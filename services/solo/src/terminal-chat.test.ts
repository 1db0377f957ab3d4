import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { ChatMessage, ChatReply } from '@chasqui/contracts';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { chatContract } from '../../../libs/chat/src/chat.contract.js';
import { TerminalChat, type TerminalOptions } from './terminal-chat.js';

// oxlint-disable-next-line no-control-regex
const parts = /\u001b\[(\d*)([A-Z])|\u001b\[[\d;]*m|\r|\n|[^\u001b\r\n]+/g;

/** What stands on a terminal's screen after it was sent this: cursor moves and erasing done, colours left out. */
function onScreen(sent: string): string {
  const rows: string[] = [''];
  let [row, column] = [0, 0];
  const put = (text: string) => {
    rows[row] =
      (rows[row] ?? '').padEnd(column).slice(0, column) +
      text +
      (rows[row] ?? '').slice(column + text.length);
    column += text.length;
  };
  for (const [part, count, final] of sent.matchAll(parts)) {
    const by = Number(count || 1);
    if (part === '\r') column = 0;
    else if (part === '\n') [row, column] = [row + 1, 0];
    else if (final === 'A') row = Math.max(0, row - by);
    else if (final === 'G') column = by - 1;
    else if (final === 'C') column += by;
    else if (final === 'D') column = Math.max(0, column - by);
    else if (final === 'J') rows.splice(row, Infinity, (rows[row] ?? '').slice(0, column));
    else if (final === 'K') rows[row] = (rows[row] ?? '').slice(0, column);
    else if (!part.startsWith('\u001b')) put(part);
    while (rows.length <= row) rows.push('');
  }
  return rows.join('\n');
}

/** A terminal whose keyboard and screen are in the test's hands, and what it says to us. */
function open(options: Partial<TerminalOptions> = {}) {
  const [input, output, errors] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const written = { output: '', errors: '' };
  output.on('data', (chunk) => (written.output += String(chunk)));
  errors.on('data', (chunk) => (written.errors += String(chunk)));
  const chat = new TerminalChat({
    input,
    output,
    errors,
    as: 'admin',
    colour: false,
    interactive: false,
    ...options,
  });
  return {
    chat,
    input,
    written,
    types: (...lines: string[]) => lines.forEach((line) => input.write(`${line}\n`)),
    screen: () => onScreen(written.output),
  };
}

function answer(to: ChatMessage, text: string, more: Partial<ChatReply> = {}): ChatReply {
  return {
    runId: `run of ${to.id}`,
    seq: 1,
    adapter: 'terminal',
    room: 'terminal',
    recipient: to.sender.id,
    inReplyTo: to.id,
    mark: 'succeeded',
    blocks: [{ kind: 'text', text }],
    text,
    ...more,
  };
}

const bad = (text: string) => ({ kind: 'text', text, tone: 'bad' }) as const;

chatContract(
  'a terminal that a person sits at',
  async () => {
    const { chat, input, types, screen } = open({ interactive: true });
    const heardAlready = new Set<string>();
    return {
      chat,
      ready: () => vi.waitFor(() => expect(screen()).toContain('chasqui> '), 30_000),
      // A terminal has no second delivery: what is typed again is said again.
      says: async (text, event) => {
        if (!heardAlready.has(event)) types(text);
        heardAlready.add(event);
      },
      shown: () => {
        const lines = screen()
          .split('\n')
          .map((line) => line.replace(/^chasqui> /, ''));
        return lines
          .filter((line) => line !== '')
          .map((text) => ({ text, room: 'terminal', markup: text.includes('\u001b') ? [text] : [] }));
      },
      close: async () => void input.end(),
    };
  },
  { editsInPlace: false },
);

describe('lines piped into a terminal', () => {
  it('show what goes to another place under its name, and wait for their own answer', async () => {
    const { chat, input, written, types } = open();
    types('ops:report > @bob > #ops');
    input.end();
    await chat.listen(async (message) => {
      void chat.post(answer(message, 'running', { mark: 'running', slot: 'bob', room: 'bob' }));
      void chat.post(answer(message, 'all is well', { slot: 'bob', room: 'bob' }));
      void chat.post(answer(message, 'all is well', { slot: '#ops', room: '#ops' }));
      setImmediate(() => void chat.post(answer(message, 'sent to @bob and #ops')));
    }, new AbortController().signal);
    expect(written.output).toBe('→ @bob:\nall is well\n→ #ops:\nall is well\nsent to @bob and #ops\n');
    expect(chat.failed).toBe(0);
  });

  it('are said one after the other, each when the one before has its answer', async () => {
    const { chat, input, written, types } = open();
    const heard: ChatMessage[] = [];
    types('!echo:echo one', '', '# a remark', 'echo:echo two');
    input.end();
    await chat.listen(async (message) => {
      heard.push(message);
      expect(written.output).toBe(heard.length === 1 ? '' : 'answer 1\n');
      void chat.post(answer(message, `answer ${heard.length}`));
    }, new AbortController().signal);
    expect(heard.map(({ text, addressed }) => [text, addressed])).toEqual([
      ['echo:echo one', 'prefix'],
      ['echo:echo two', 'direct'],
    ]);
    expect(heard[0]).toMatchObject({
      adapter: 'terminal',
      sender: { id: 'admin' },
      room: { id: 'terminal', direct: true },
    });
    expect(written).toEqual({ output: 'answer 1\nanswer 2\n', errors: '' });
    expect(chat.failed).toBe(0);
  });

  it('wait for the last reply, not for one that says it is running', async () => {
    const { chat, input, written, types } = open();
    types('slow');
    input.end();
    await chat.listen(async (message) => {
      await chat.post(answer(message, 'running', { mark: 'running' }));
      setImmediate(() => void chat.post(answer(message, 'done', { seq: 2 })));
    }, new AbortController().signal);
    expect(written.output).toBe('done\n');
  });

  it('count those that did not succeed, and keep what is said about them out of the output', async () => {
    const { chat, input, written, types } = open();
    types('fails', 'works');
    input.end();
    await chat.listen(async (message) => {
      const failed: Partial<ChatReply> = {
        mark: 'failed',
        exitCode: 3,
        blocks: [{ kind: 'text', text: 'partly' }, bad('exit code 3')],
      };
      await chat.post(message.text === 'fails' ? answer(message, '', failed) : answer(message, 'fine'));
    }, new AbortController().signal);
    expect(written).toEqual({ output: 'partly\nfine\n', errors: 'exit code 3\n' });
    expect(chat.failed).toBe(1);
  });

  it('fail when nobody answers, and the next is said', async () => {
    const { chat, input, written, types } = open({ answerWithinMs: 30 });
    types('lost', 'found');
    input.end();
    await chat.listen(async (message) => {
      if (message.text === 'found') await chat.post(answer(message, 'here'));
    }, new AbortController().signal);
    expect(written).toEqual({ output: 'here\n', errors: 'no answer within 0.03 s to: lost\n' });
    expect(chat.failed).toBe(1);
  });

  it('fail when they never get on their way', async () => {
    const { chat, types, written } = open({ answerWithinMs: 30 });
    types('stuck', '/quit', 'never said');
    await chat.listen(() => new Promise(() => undefined), new AbortController().signal);
    expect(written.errors).toBe('no answer within 0.03 s to: stuck\n');
    expect(chat.failed).toBe(1);
  });

  it('fail when they cannot be sent', async () => {
    const { chat, input, written, types } = open();
    types('one');
    input.end();
    await chat.listen(
      () => Promise.reject(new Error('the transport is closed')),
      new AbortController().signal,
    );
    expect(written.errors).toBe('that could not be sent (the transport is closed); try again\n');
    expect(chat.failed).toBe(1);
  });

  it('stop at once when the process is told to', async () => {
    const { chat, types, written } = open();
    const leaving = new AbortController();
    types('one', 'two');
    await chat.listen(async () => leaving.abort(), leaving.signal);
    expect(written.errors).toBe('stopped before the answer to: one\n');
    expect(chat.failed).toBe(1);
  });

  it('can be said by somebody else', async () => {
    const { chat, input, types, written } = open();
    const senders: string[] = [];
    types('one', '/as alice', 'two', '/nonsense');
    input.end();
    await chat.listen(async (message) => {
      senders.push(message.sender.id);
      await chat.post(answer(message, 'ok'));
    }, new AbortController().signal);
    expect(senders).toEqual(['admin', 'alice']);
    expect(written.errors).toBe('the terminal knows no /nonsense; /help lists what it knows\n');
    expect(chat.failed).toBe(1);
  });
});

describe('a person at a terminal', () => {
  function sit(options: Partial<TerminalOptions> = {}) {
    const terminal = open({ interactive: true, ...options });
    const heard: ChatMessage[] = [];
    const leaving = new AbortController();
    const left = terminal.chat.listen(async (message) => void heard.push(message), leaving.signal);
    onTestFinished(async () => {
      leaving.abort();
      await left;
    });
    const sees = (text: string) => vi.waitFor(() => expect(terminal.screen()).toContain(text), 30_000);
    const hears = (count: number) => vi.waitFor(() => expect(heard).toHaveLength(count), 30_000);
    return { ...terminal, heard, leaving, left, sees, hears };
  }

  it('is asked, answered, and asked again', async () => {
    const { chat, types, sees, hears, heard, screen } = sit();
    await sees('chasqui> ');
    types('!echo:echo hello');
    await hears(1);
    await chat.post(answer(heard[0]!, 'hello'));
    await sees('hello\nchasqui> ');
    expect(screen()).not.toContain('to: ');
  });

  it('keeps what is being typed when a reply comes in between', async () => {
    const { chat, types, input, hears, heard, sees } = sit();
    types('one');
    await hears(1);
    input.write('half a li');
    await sees('chasqui> half a li');
    await chat.post(answer(heard[0]!, 'answer one'));
    await sees('answer one\nchasqui> half a li');
    input.write('ne\n');
    await hears(2);
    expect(heard[1]!.text).toBe('half a line');
  });

  it('sees what runs above the prompt until it is done', async () => {
    const { chat, types, hears, heard, sees, screen } = sit();
    types('slow');
    await hears(1);
    await chat.post(answer(heard[0]!, '1 of 3\nslow is running', { mark: 'running' }));
    await sees('slow is running\nchasqui> ');
    await chat.post(answer(heard[0]!, 'done', { seq: 2 }));
    await sees('done\nchasqui> ');
    expect(screen().endsWith('done\nchasqui> ')).toBe(true);
  });

  it('is told which line an answer belongs to when it comes after another was said', async () => {
    const { chat, types, hears, heard, sees } = sit();
    types('first', 'second');
    await hears(2);
    await chat.post(answer(heard[0]!, 'late'));
    await sees('to: first\nlate\n');
  });

  it('sees what goes to another place under its name', async () => {
    const { chat, types, hears, heard, sees } = sit();
    types('ops:report > @bob');
    await hears(1);
    await chat.post(answer(heard[0]!, 'all is well', { slot: 'bob', room: 'bob' }));
    await sees('→ @bob:\nall is well\nchasqui> ');
    await chat.post(answer(heard[0]!, 'sent to @bob'));
    await sees('sent to @bob\nchasqui> ');
  });

  it('can be somebody else, and sees who', async () => {
    const { types, hears, heard, sees } = sit();
    types('/as alice', '/help', 'whoami');
    await hears(1);
    expect(heard[0]!.sender).toEqual({ id: 'alice', name: 'alice' });
    await sees('you are alice now\nchasqui (alice)> ');
    await sees('/quit');
  });

  it.each([
    ['Ctrl-C', '\x03'],
    ['Ctrl-D', '\x04'],
    ['/quit', '/quit\n'],
  ])('leaves with %s', async (_, keys) => {
    const { input, left, sees } = sit();
    await sees('chasqui> ');
    input.write(keys);
    await left;
  });

  it('leaves with the second Ctrl-C while a command runs, knowing that it goes on', async () => {
    const { types, input, hears, left, sees } = sit();
    types('slow');
    await hears(1);
    input.write('\x03');
    await sees('a command is still running, and goes on. Ctrl-C again leaves');
    input.write('\x03');
    await left;
  });

  it('sees colours if wanted, and only ours', async () => {
    const { chat, types, hears, heard, written } = sit({ colour: true });
    types('one');
    await hears(1);
    await chat.post(
      answer(heard[0]!, '', {
        mark: 'failed',
        blocks: [{ kind: 'code', text: '\u001b[32mgreen\u001b[2J' }, bad('exit code 1')],
      }),
    );
    await vi.waitFor(() => expect(written.output).toContain('green\n\u001b[31mexit code 1\u001b[39m\n'));
  }, 30_000);

  it('finds yesterday’s lines again, and nobody else does', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'chasqui-terminal-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const historyFile = join(folder, 'history');
    const first = sit({ historyFile });
    await first.sees('chasqui> ');
    first.types('echo:echo remembered');
    await first.hears(1);
    first.leaving.abort();
    await first.left;
    expect(await readFile(historyFile, 'utf8')).toBe('echo:echo remembered\n');
    expect((await stat(historyFile)).mode & 0o777).toBe(0o600);

    const second = sit({ historyFile });
    await second.sees('chasqui> ');
    second.input.write('\u001b[A\n');
    await second.hears(1);
    expect(second.heard[0]!.text).toBe('echo:echo remembered');
  });
});
