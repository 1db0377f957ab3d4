import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openRoom } from './open-room.fixture.js';

const command = (text: string, more = '') =>
  `{ description: d, executable: [/bin/sh, -c, ${JSON.stringify(text)}], rules: [allow]${more} }`;
const bundle = `
chasqui_bundle_version: 1
name: say
version: 1.0.0
description: Prints what is hard to show
commands:
  line: ${command(String.raw`printf 'begin '; head -c 50000000 /dev/zero | tr '\000' x; echo ' end'`)}
  small: ${command('seq 1 100000', ', limits: { output: 1KiB }')}
  colours: ${command(String.raw`printf '\033[1;31mred\033[0m \033]0;title\007plain\r\nold\rnew\033[K\n\342\200\256evil\n'`)}
  broken: ${command(String.raw`printf 'caf\351 au lait, \377 and \303\251, s\303\273rement\n'`)}
  binary: ${command(String.raw`head -c 1000 /dev/zero`)}
`;

whenPostgres('output that is large, or no text', (serverUrl) => {
  let room: Awaited<ReturnType<typeof openRoom>>;
  beforeAll(async () => {
    room = await openRoom(serverUrl, {
      bundles: [bundle],
      people: { alice: [] },
      relays: { 'fra-1': [] },
      policy: 'executables: [/bin/sh]',
    });
  });
  afterAll(() => room[Symbol.asyncDispose]());

  /** What is kept of a run's output, as the API gives it to `chasqui run`. */
  const kept = async (runId: string): Promise<Buffer> => {
    const headers = { authorization: `Bearer ${room.adminToken}` };
    const events = await (await fetch(`${room.url}/runs/${runId}/events`, { headers })).text();
    return Buffer.concat(
      [...events.matchAll(/^event: output\ndata: (.*)$/gm)].map(([, json]) => {
        const { text, base64 } = JSON.parse(json!) as { text?: string; base64?: string };
        return text === undefined ? Buffer.from(base64!, 'base64') : Buffer.from(text);
      }),
    );
  };

  it(
    'is shown by its beginning and its end, and kept up to its limit: a line of 50 MB',
    { timeout: 120_000 },
    async () => {
      await room.says('alice', '!say:line');
      const { text, runId } = await room.hears(/^begin x{500,} …/);
      expect(text.length).toBeLessThan(5_000);
      expect(text).toMatch(/x{200,} end\n/);
      expect(text).toContain('48,951,435 bytes dropped: it printed more than is kept');
      const whole = await kept(runId);
      expect(whole.length).toBe(1024 ** 2);
      expect([whole.subarray(0, 8).toString(), whole.subarray(-6).toString()]).toEqual([
        'begin xx',
        'x end\n',
      ]);
    },
  );

  it('is kept up to the limit that its bundle sets', async () => {
    await room.says('alice', '!say:small');
    const { runId } = await room.hears('587,871 bytes dropped');
    const whole = (await kept(runId)).toString();
    expect([whole.length, whole.slice(0, 6), whole.slice(-14)]).toEqual([
      1024,
      '1\n2\n3\n',
      '\n99999\n100000\n',
    ]);
  });

  it('has no colours and turns no text around in a chat, and is kept as it was', async () => {
    await room.says('alice', '!say:colours');
    const { text, runId } = await room.hears('red plain');
    expect(text).toBe('red plain\nnew\nevil');
    expect((await kept(runId)).toString()).toBe(
      '\x1b[1;31mred\x1b[0m \x1b]0;title\x07plain\r\nold\rnew\x1b[K\n\u202eevil\n',
    );
  });

  it('is shown where some of it is no UTF-8, and is kept byte for byte', async () => {
    await room.says('alice', '!say:broken');
    const { text, runId } = await room.hears('au lait');
    expect(text).toBe('caf\ufffd au lait, \ufffd and é, sûrement');
    expect((await kept(runId)).toString('latin1')).toBe(
      'caf\xe9 au lait, \xff and \xc3\xa9, s\xc3\xbbrement\n',
    );
  });

  it('is not shown where it is no text at all', async () => {
    await room.says('alice', '!say:binary');
    const { runId } = await room.hears('1,000 bytes that are not text; the whole: chasqui runs show');
    expect(await kept(runId)).toEqual(Buffer.alloc(1000));
  });
});
