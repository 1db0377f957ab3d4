import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { chasqui, ended, startChasqui } from '../../test/chasqui.js';
import { pretendServer, sent, type Answer } from '../../test/pretend-server.js';

const execution = { id: 'e1', relay: 'fra-1', status: 'accepted' };
const accepted = {
  id: 'r1',
  line: 'echo:echo hi',
  status: 'accepted',
  adapter: 'http',
  executions: [execution],
};
const done = { ...accepted, status: 'succeeded', exitCode: 0 };

function output(stream: string, text: string) {
  return sent('output', { executionId: 'e1', relay: 'fra-1', stream, text });
}

function server(events: Answer, run: unknown = done) {
  return pretendServer({
    'POST /runs': [202, accepted],
    'GET /runs/r1/events': events,
    'GET /runs/r1': [200, run],
  });
}

function stream(...events: string[]): Answer {
  return (response) =>
    void response.writeHead(200, { 'content-type': 'text/event-stream' }).end(events.join(''));
}

it('says that something of what was printed is gone, although the command went well', async () => {
  const executions = [{ id: 'e1', relay: 'fra-1', status: 'succeeded', droppedBytes: 12_345 }];
  const api = await server(stream(output('stdout', 'one\n'), sent('end', { ...done, executions })));
  const { exitCode, stdout, stderr } = await chasqui(['run', 'x', '--url', api.url]);
  expect([exitCode, stdout]).toEqual([0, 'one\n']);
  expect(stderr).toMatch(/^chasqui: 12,345 bytes dropped: /);
});

it('sends the line and writes what the command prints, each stream to its own', async () => {
  const api = await server(
    stream(
      ': a comment\r\n\r\n',
      sent('run', { ...accepted, status: 'running' }),
      output('stdout', 'one\ntw'),
      output('stderr', 'careful\n'),
      output('stdout', 'o\n'),
      sent('end', done),
    ),
  );
  const answer = await chasqui(['run', '!echo:echo hi', '--url', api.url], { env: { CHASQUI_TOKEN: 't' } });
  expect(answer).toEqual({ exitCode: 0, stdout: 'one\ntwo\n', stderr: 'careful\n' });
  expect(api.asked[0]).toEqual({
    what: 'POST /runs',
    body: { line: 'echo:echo hi' },
    authorization: 'Bearer t',
  });
});

it('writes output while the command runs', async () => {
  const { promise: goOn, resolve } = Promise.withResolvers<void>();
  const api = await server(async (response) => {
    response.writeHead(200).write(output('stdout', 'first\n'));
    await goOn;
    response.end(output('stdout', 'second\n') + sent('end', done));
  });
  const child = startChasqui(['run', 'x', '--url', api.url]);
  child.stdout!.once('data', () => resolve());
  expect(await ended(child)).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/second\n$/) });
});

it('writes bytes that are no text as they are', async () => {
  const api = await server(
    stream(
      sent('output', {
        relay: 'fra-1',
        stream: 'stdout',
        base64: Buffer.from([0, 10, 65]).toString('base64'),
      }),
      sent('end', done),
    ),
  );
  expect((await chasqui(['run', 'x', '--url', api.url])).stdout).toBe('\0\nA');
});

it('--json prints the finished run with its output, and nothing else', async () => {
  const api = await server(stream(output('stdout', 'hi\n'), output('stderr', 'oh\n'), sent('end', done)));
  const { stdout, stderr } = await chasqui(['run', 'x', '--json', '--url', api.url]);
  expect(JSON.parse(stdout)).toEqual({ ...done, output: { stdout: 'hi\n', stderr: 'oh\n' } });
  expect(stderr).toBe('');
});

const reply = {
  mark: 'failed',
  text: 'out\nexit code 3, on fra-1, run r1',
  blocks: [
    { kind: 'code', text: 'out' },
    { kind: 'text', text: 'exit code 3, on fra-1, run r1', tone: 'bad' },
  ],
};

it.each([
  [{ status: 'failed', exitCode: 3, reply }, 3, 'chasqui: exit code 3, on fra-1, run r1\n'],
  [{ status: 'failed' }, 1, 'chasqui: failed; chasqui runs show r1 tells more\n'],
  [{ status: 'failed', exitCode: 256 }, 1, undefined],
  [{ status: 'timed-out' }, 124, undefined],
  [{ status: 'cancelled' }, 130, undefined],
  [{ status: 'expired' }, 75, undefined],
  [{ status: 'lost' }, 75, undefined],
  [{ status: 'refused', code: 'policy', reply: { ...reply, text: 'not here' } }, 77, 'chasqui: not here\n'],
])('a run that ends %j exits with %s', async (end, exitCode, stderr) => {
  const api = await server(stream(sent('end', { ...accepted, ...end })));
  const answer = await chasqui(['run', 'x', '--url', api.url]);
  expect(answer).toMatchObject({ exitCode, stdout: '', ...(stderr && { stderr }) });
});

it('of a pipeline that fails, what the failed stage printed is told', async () => {
  const end = { ...accepted, status: 'failed', exitCode: 3, staged: true, reply };
  const api = await server(stream(sent('end', end)));
  expect(await chasqui(['run', 'x', '--url', api.url])).toEqual({
    exitCode: 3,
    stdout: '',
    stderr: 'chasqui: out\nexit code 3, on fra-1, run r1\n',
  });
});

it('of a pipeline that went on without what failed, the result is written', async () => {
  const text = 'name\nweb\nops:touch: 1 of 2 failed and are left out';
  const blocks = [
    { kind: 'table', columns: ['name'], rows: [['web']] },
    { kind: 'text', text: 'ops:touch: 1 of 2 failed and are left out', tone: 'quiet' },
  ];
  const partial = { staged: true, code: 'stage-failed', reply: { mark: 'failed', text, blocks } };
  const api = await server(stream(sent('end', { ...accepted, status: 'failed', ...partial })));
  expect(await chasqui(['run', 'x', '--url', api.url])).toEqual({
    exitCode: 1,
    stdout: 'name\nweb\n',
    stderr: 'chasqui: ops:touch: 1 of 2 failed and are left out\n',
  });
});

it.each([
  ['not-allowed', 77],
  ['no-relay', 69],
])('a line refused with %s is told at once and exits with %s', async (code, exitCode) => {
  const refused = {
    ...accepted,
    status: 'refused',
    code,
    reply: { mark: 'refused', text: 'you need ops:write', blocks: [] },
  };
  const api = await pretendServer({ 'POST /runs': [202, refused] });
  expect(await chasqui(['run', 'x', '--url', api.url])).toEqual({
    exitCode,
    stdout: '',
    stderr: 'chasqui: you need ops:write\n',
  });
});

it('a stream that breaks off after the run ended ends as the run did', async () => {
  const api = await server((response) => {
    response.writeHead(200).write(output('stdout', 'hi\n'), () => response.destroy());
  });
  expect(await chasqui(['run', 'x', '--url', api.url])).toEqual({ exitCode: 0, stdout: 'hi\n', stderr: '' });
});

it('a stream that breaks off while the run goes on says how to look later', async () => {
  const api = await server(stream(), { ...accepted, status: 'running' });
  const { exitCode, stderr } = await chasqui(['run', 'x', '--url', api.url]);
  expect(stderr).toBe(
    'chasqui: the server closed the stream; the run goes on. look at it later with: chasqui runs show r1\n',
  );
  expect(exitCode).toBe(75);
});

it('Ctrl-C leaves the run alone and says how to look later', async () => {
  const api = await server((response) => {
    response.writeHead(200).write(output('stdout', 'started\n'));
  });
  const child = startChasqui(['run', 'x', '--url', api.url]);
  child.stdout!.once('data', () => child.kill('SIGINT'));
  const { exitCode, stderr } = await ended(child);
  expect(stderr).toBe(
    'chasqui: left; the run goes on. look at it later with: chasqui runs show r1, or cancel it with: chasqui runs cancel r1\n',
  );
  expect(exitCode).toBe(130);
  expect(api.asked.map(({ what }) => what)).toEqual(['POST /runs', 'GET /runs/r1/events']);
});

it('a reader that closes standard output ends it quietly', async () => {
  const api = await server(async (response) => {
    response.writeHead(200);
    while (!response.destroyed) {
      response.write(output('stdout', `${'y'.repeat(1000)}\n`));
      await new Promise(setImmediate);
    }
  });
  const child = startChasqui(['run', 'x', '--url', api.url]);
  child.stdout!.once('data', () => child.stdout!.destroy());
  const exitCode = await new Promise((resolve) => child.once('exit', resolve));
  expect(exitCode).toBe(141);
});

it('writes what the API answered by itself, because nothing ran that could have', async () => {
  const reply = { text: 'the commands', mark: 'succeeded', blocks: [] };
  const api = await pretendServer({ 'POST /runs': [202, { ...done, executions: [], reply }] });
  expect(await chasqui(['run', 'help', '--url', api.url])).toEqual({
    exitCode: 0,
    stdout: 'the commands\n',
    stderr: '',
  });
});

it('--detach prints the id of the run and leaves it to itself', async () => {
  const api = await server(stream());
  expect(await chasqui(['run', 'x', '--detach', '--url', api.url])).toEqual({
    exitCode: 0,
    stdout: 'r1\n',
    stderr: '',
  });
  expect(api.asked.map(({ what }) => what)).toEqual(['POST /runs']);
});

const answer = (state: string) => ({
  runId: 'r1',
  state,
  status: 'running',
  waitingFor: [],
  text: `it is ${state}`,
});

it.each([
  ['cancelled', 0],
  ['requested', 0],
  ['unconfirmed', 75],
  ['over', 1],
])('runs cancel says what came of it: %s', async (state, exitCode) => {
  const api = await pretendServer({ 'POST /runs/r1/cancel': [200, answer(state)] });
  expect(await chasqui(['runs', 'cancel', 'r1', '--url', api.url])).toEqual({
    exitCode,
    stdout: `it is ${state}\n`,
    stderr: '',
  });
});

it('runs cancel --wait waits until it is over', async () => {
  const reply = { text: 'cancelled by ann', mark: 'cancelled', blocks: [] };
  const api = await pretendServer({
    'POST /runs/r1/cancel': [200, answer('unconfirmed')],
    'GET /runs/r1/events': stream(
      sent('run', accepted),
      sent('end', { ...accepted, status: 'cancelled', reply }),
    ),
  });
  expect(await chasqui(['runs', 'cancel', 'r1', '--wait', '--url', api.url])).toMatchObject({
    exitCode: 0,
    stdout: 'cancelled by ann\n',
  });
});

/** In a terminal that util-linux makes, where there is that. */
const terminal = '/usr/bin/script';
it.runIf(existsSync(terminal)).each([
  ['y', ['POST /runs/r1/cancel'], 130, 'it is requested'],
  ['n', [], 130, 'left; the run goes on'],
])('Ctrl-C at a terminal asks whether to cancel: %s', async (said, then, exitCode, text) => {
  const { promise: cancelled, resolve } = Promise.withResolvers<void>();
  const api = await pretendServer({
    'POST /runs': [202, accepted],
    'GET /runs/r1/events': async (response) => {
      response.writeHead(200).write(output('stdout', 'started\n'));
      await cancelled;
      response.end(sent('end', { ...accepted, status: 'cancelled' }));
    },
    'POST /runs/r1/cancel': (response) => {
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify(answer('requested')));
      resolve();
    },
  });
  const bin = fileURLToPath(new URL('../../bin/chasqui.mjs', import.meta.url));
  const line = `${process.execPath} ${bin} run x --url ${api.url}`;
  const child = spawn(terminal, ['-qec', line, '/dev/null'], { env: { PATH: process.env['PATH'] } });
  let shown = '';
  child.stdout.on('data', (bytes: Buffer) => {
    const before = shown;
    shown += bytes.toString();
    if (!before.includes('started') && shown.includes('started')) child.stdin.write('\u0003');
    if (!before.includes('running: ') && shown.includes('running: ')) child.stdin.write(`${said}\r`);
  });
  expect(await new Promise((done) => child.once('close', done))).toBe(exitCode);
  resolve();
  expect(shown).toContain(text);
  expect(api.asked.map(({ what }) => what).slice(2)).toEqual(then);
});
