import type { Order } from '@chasqui/contracts';
import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { apiWorld, until, type ApiWorld } from '../api-world.fixture.js';

const bundle = `
chasqui_bundle_version: 1
name: data
version: 1.0.0
description: Leaves files
commands:
  report: { description: Leaves some, files: { out: /files/out }, executable: [/bin/echo], rules: [allow] }
`;

whenPostgres('what an end tells of files', (serverUrl) => {
  let world: ApiWorld;
  let fra: Awaited<ReturnType<ApiWorld['relay']>>;
  beforeAll(async () => {
    world = await apiWorld(serverUrl);
    await world.call('POST', '/bundles', { source: bundle, enable: true });
    fra = await world.relay('fra-1', ['dc=fra']);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const ordered = async (line = 'data:report') => {
    const before = fra.orders.length;
    const id = await world.say(line);
    return { id, order: await fra.order(before) };
  };
  const part = (order: Order, name: string, at: number, parts: number, text: string, epoch = 0) =>
    fra.report(order, {
      kind: 'file',
      epoch,
      name,
      part: at,
      parts,
      base64: Buffer.from(text).toString('base64'),
    });
  const answerTo = async (id: string) =>
    (await until(() => world.replies.find((reply) => reply.inReplyTo === id && reply.mark !== 'running')))
      .text;
  const filesOf = async ({ runId }: Order) => (await world.call('GET', `/runs/${runId}/files`)).body;
  const named = (bytes: Record<string, number>) =>
    Object.entries(bytes).map(([name, size]) => ({ name, bytes: size }));

  it('says which files did not come, or not whole, and keeps saying so', async () => {
    const { id, order } = await ordered();
    await part(order, 'whole', 0, 1, 'abc');
    await part(order, 'half', 0, 2, 'ab');
    await fra.finish(order, { files: named({ whole: 3, half: 4, none: 300 }) });
    const look = `chasqui runs files ${order.runId}`;
    expect(await answerTo(id)).toBe(
      [
        'done',
        `1 file: whole (3 bytes); to get it: ${look} --save .`,
        `2 files did not come: half (4 bytes), none (300 bytes); its relay has lost them, or they are still on the way. to look again: ${look}`,
      ].join('\n'),
    );
    expect(await filesOf(order)).toMatchObject({
      files: [{ relay: 'fra-1', name: 'whole', bytes: 3 }],
      notKept: [
        { relay: 'fra-1', name: 'half', bytes: 4, why: 'missing', text: 'half (4 bytes; did not come)' },
        { name: 'none', why: 'missing' },
      ],
    });
    const { executionId, runId } = order;
    expect((await world.call('GET', `/runs/${runId}/files/${executionId}/half`)).status).toBe(404);
  });

  it('takes parts that their end has overtaken, as much as it told of', async () => {
    const { id, order } = await ordered();
    await fra.finish(order, { files: named({ late: 4 }) });
    expect(await answerTo(id)).toContain('1 file did not come: late (4 bytes); its relay has lost it');
    await part(order, 'late', 0, 2, 'ab');
    await part(order, 'unheard-of', 0, 1, 'x');
    await part(order, 'late', 1, 2, 'cdef');
    await part(order, 'late', 1, 2, 'cd', 1);
    await part(order, 'late', 1, 2, 'cd');
    const left = await until(async () => {
      const now = await filesOf(order);
      return now.files.length > 0 && now;
    });
    expect(left).toMatchObject({ files: [{ name: 'late', bytes: 4 }], notKept: [] });
    const { text } = await world.call('GET', `/runs/${order.runId}/files/${order.executionId}/late`);
    expect(text).toBe('abcd');
  });

  it('keeps what was left out, and why the others are lost', async () => {
    const { id, order } = await ordered();
    await part(order, 'small', 0, 1, 'abc');
    await fra.finish(order, {
      files: named({ small: 3 }),
      filesLeftOut: [{ name: 'core', why: 'too-large' }],
      filesLost: 'the relay could not keep big: its disk is full or broken',
    });
    const text = await answerTo(id);
    expect(text).toContain('not kept: core (too large)');
    expect(text).toContain(
      'some of its files are lost: the relay could not keep big: its disk is full or broken',
    );
    expect((await filesOf(order)).notKept).toMatchObject([
      { name: 'core', why: 'too-large', text: 'core (too large)' },
      { why: 'lost', text: 'files that are lost: the relay could not keep big: its disk is full or broken' },
    ]);
  });

  it('is said at the end of a run of several stages, too', async () => {
    const { id, order } = await ordered('data:report | head 1');
    await fra.finish(order, { files: named({ gone: 3 }), filesLeftOut: [{ name: 'link', why: 'no-file' }] });
    expect(await answerTo(id)).toContain('not kept: gone (3 bytes; did not come), link (no regular file)');
  });

  it('believes of an execution that is over nothing more', async () => {
    const { id, order } = await ordered();
    await fra.finish(order);
    await answerTo(id);
    await fra.finish(order, { files: named({ invented: 3 }) });
    await part(order, 'invented', 0, 1, 'abc');
    const next = await ordered();
    await fra.finish(next.order);
    await answerTo(next.id);
    expect(await filesOf(order)).toEqual({ files: [], notKept: [] });
  });
});
