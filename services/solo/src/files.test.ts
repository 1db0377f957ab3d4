import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRoom } from './open-room.fixture.js';

const script = (text: string) => `[/bin/sh, -c, ${JSON.stringify(text)}]`;
const bundle = `
chasqui_bundle_version: 1
name: data
version: 1.0.0
description: Files in, files out
commands:
  count:
    description: Counts the lines of its standard input
    files: { in: { list: stdin } }
    executable: ${script('wc -l | tr -d " "')}
    rules: [allow]
  sizes:
    description: Tells how large its two files are
    files:
      in: { one: /files/in/one.bin, two: { to: /files/in/two.bin, required: false, description: another } }
    executable: ${script('wc -c <"$CHASQUI_FILE_ONE" | tr -d " "; [ -z "$CHASQUI_FILE_TWO" ] || wc -c <"$CHASQUI_FILE_TWO" | tr -d " "')}
    rules: [allow]
  report:
    description: Leaves a report
    files: { out: /files/out }
    executable: ${script('cd "$CHASQUI_FILES_OUT"; echo a,b >report.csv; head -c 300000 /dev/zero >"ü b.bin"; ln -s /etc/passwd link; echo done')}
    rules: [allow]
  both:
    description: Takes records and a file
    input: all
    files: { in: { one: /files/in/one.bin } }
    executable: ${script('cat')}
    rules: [allow]
  mute: { description: Prints nothing, executable: ${script('true')}, rules: [allow] }
`;

whenPostgres('files of commands', (serverUrl) => {
  let room: Awaited<ReturnType<typeof openRoom>>;
  beforeAll(async () => {
    room = await openRoom(serverUrl, {
      bundles: [bundle],
      people: { alice: [], bob: [] },
      relays: { 'fra-1': [] },
      policy: 'executables: [/bin/sh]',
    });
  });
  afterAll(() => room[Symbol.asyncDispose]());

  const file = (bytes: string | Buffer, as?: string) => ({
    ...(as !== undefined && { as }),
    name: 'a file.txt',
    base64: Buffer.from(bytes).toString('base64'),
  });
  const says = async (line: string, ...files: ReturnType<typeof file>[]) => {
    await room.chat.say({ who: 'alice', line, files });
    return room.chat.answer();
  };
  const get = (path: string, token = room.adminToken) =>
    fetch(`${room.url}${path}`, { headers: { authorization: `Bearer ${token}` } });

  describe('that go in', () => {
    it('are attached to what is said', async () => {
      expect((await says('!data:count', file('1\n2\n3\n'))).text).toBe('3');
      expect((await says('!data:sizes', file('four'), file(Buffer.alloc(7)))).text).toBe('4\n7');
      expect((await says('!data:sizes', file('four'))).text).toBe('4');
    });

    it('may have a megabyte', async () => {
      expect((await says('!data:sizes', file(Buffer.alloc(1024 ** 2, 'x')))).text).toBe('1048576');
    });

    it('come over REST by the names that the command has for them', async () => {
      const answer = await fetch(`${room.url}/runs`, {
        method: 'POST',
        headers: { authorization: `Bearer ${room.adminToken}`, 'content-type': 'application/json' },
        body: JSON.stringify({ line: 'data:sizes', files: [file('12', 'two'), file('1', 'one')] }),
      });
      expect(answer.status).toBe(202);
      const { id } = (await answer.json()) as { id: string };
      const events = await (await get(`/runs/${id}/events`)).text();
      expect(events).toContain(String.raw`"text":"1\n2\n"`);
    });

    it.each([
      [
        '!data:count',
        [],
        'data:count needs the file list: attach it to your message, or give it with --file list=PATH',
      ],
      ['!data:sizes', [file('x', 'tow')], 'data:sizes has no file tow; did you mean two?'],
      ['!data:sizes', [file('x', 'one'), file('y', 'one')], 'one is given more than once; give it once'],
      [
        '!data:sizes',
        [file('x'), file('y'), file('z')],
        'data:sizes takes no more files than one and two; give only those',
      ],
      ['!data:mute', [file('x', 'one')], 'data:mute takes no files; say it again without them'],
      [
        '!data:mute | data:both',
        [],
        'data:both needs a file, and only the first command of a line can be given files; put it first, or run it by itself',
      ],
      [
        '!data:count',
        [file(Buffer.alloc(1024 ** 2 + 1))],
        'data:count was not run: files may have 1 MiB in all, and these have 1 MiB',
      ],
      [
        '!data:count',
        [{ ...file(''), base64: undefined!, fault: 'unreadable' as const }],
        'data:count was not run: the chat does not give a file.txt. attach it anew, or tell an administrator',
      ],
    ])('are refused with a sentence: %s %#', async (line, files, sentence) => {
      const { text, mark } = await says(line, ...files);
      expect([text, mark]).toEqual([sentence, 'refused']);
    });

    it('stand in the help of a command', async () => {
      const { text } = await says('!help data:sizes');
      expect(text).toMatch(/--file one=PATH:? +file; required\n--file two=PATH:? +another; file\n/);
    });

    it('are for people where the command takes none', async () => {
      expect((await says('!data:mute', file('a screenshot'))).mark).toBe('succeeded');
    });
  });

  describe('that come out', () => {
    it('are said, go along with the answer, and are kept with the run', async () => {
      const reply = await says('!data:report');
      expect(reply.text).toBe(
        `done\n2 files: report.csv (4 bytes), ü b.bin (293 KiB); to get them: chasqui runs files ${reply.runId} --save .\nnot kept: link (no regular file)`,
      );
      expect(reply.files?.map(({ name }) => name)).toEqual(['report.csv', 'ü b.bin']);
      const { files } = (await (await get(`/runs/${reply.runId}/files`)).json()) as {
        files: { executionId: string; name: string; bytes: number }[];
      };
      expect(files).toMatchObject([
        { relay: 'fra-1', name: 'report.csv', bytes: 4 },
        { relay: 'fra-1', name: 'ü b.bin', bytes: 300_000 },
      ]);
      const at = (name: string) =>
        `/runs/${reply.runId}/files/${files[0]!.executionId}/${encodeURIComponent(name)}`;
      const csv = await get(at('report.csv'));
      expect(await csv.text()).toBe('a,b\n');
      expect(csv.headers.get('content-disposition')).toBe("attachment; filename*=UTF-8''report.csv");
      expect(csv.headers.get('content-type')).toBe('application/octet-stream');
      const large = Buffer.from(await (await get(at('ü b.bin'))).arrayBuffer());
      expect(large.equals(Buffer.alloc(300_000))).toBe(true);
      expect((await get(at('link'))).status).toBe(404);
      expect((await get(at('../report.csv'))).status).toBe(400);
    });

    it('are said at the end of a pipeline, too', async () => {
      const { text } = await says('!data:report | head 1');
      expect(text).toContain('done');
      expect(text).toContain('2 files: report.csv (4 bytes)');
    });

    it('are nobody else’s', async () => {
      const { runId } = await says('!data:report');
      const made = await fetch(`${room.url}/users/bob/tokens`, {
        method: 'POST',
        headers: { authorization: `Bearer ${room.adminToken}`, 'content-type': 'application/json' },
        body: JSON.stringify({ name: 't' }),
      });
      const { token } = (await made.json()) as { token: string };
      expect((await get(`/runs/${runId}/files`, token)).status).toBe(404);
    });
  });
});
