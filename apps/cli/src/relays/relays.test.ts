import { describe, expect, it } from 'vitest';
import { chasqui } from '../../test/chasqui.js';
import { pretendServer, type Answer } from '../../test/pretend-server.js';

const when = '2026-01-01T00:00:00.000Z';
const relay = {
  name: 'fra-1',
  tags: ['dc=fra', 'gpu'],
  state: 'online',
  since: when,
  drivers: ['docker'],
  inFlight: 1,
  unfinished: 1,
  slots: 4,
};
const draining = { ...relay, state: 'draining', drain: { since: when, note: 'kernel update' } };
const empty = { ...draining, inFlight: 0, unfinished: 0, drain: { ...draining.drain, emptySince: when } };

/** What is written, what the server is asked by it, with which body, what it answers, and what is printed. */
const table: [
  words: string[],
  asked: [what: string, body?: unknown],
  answer: Answer,
  printed: string | RegExp,
][] = [
  [
    ['drain', 'fra-1'],
    ['POST /relays/fra-1/drain', {}],
    [200, draining],
    'fra-1 is draining; 1 not finished yet\n',
  ],
  [
    ['drain', 'fra-1', '--note', 'kernel update'],
    ['POST /relays/fra-1/drain', { note: 'kernel update' }],
    [200, empty],
    'fra-1 is empty: it may be stopped\n',
  ],
  [
    ['pause', 'fra-1', '--note', 'looking at it'],
    ['POST /relays/fra-1/pause', { note: 'looking at it' }],
    [200, relay],
    'fra-1 is paused\n',
  ],
  [['resume', 'fra-1'], ['POST /relays/fra-1/resume', {}], [200, relay], 'fra-1 takes work again\n'],
  [
    ['tag', 'fra-1', 'gpu', 'dc=fra'],
    ['POST /relays/fra-1/tags', { add: ['gpu', 'dc=fra'] }],
    [200, relay],
    'fra-1 has dc=fra, gpu\n',
  ],
  [
    ['untag', 'fra-1', 'gpu'],
    ['POST /relays/fra-1/tags', { remove: ['gpu'] }],
    [200, { ...relay, tags: [] }],
    'fra-1 has no tags\n',
  ],
  [
    ['show', 'fra-1'],
    ['GET /relays/fra-1'],
    [200, { ...empty, clockOffsetMs: -3200, refusedTags: ['env=prod'], images: ['sha256:ab'] }],
    /state: +draining .*\ndrain: +since .*, empty since .*\nnote: +kernel update\n.*tags refused: +env=prod .*clock: +3.2 s behind; .*images: +sha256:ab\n/s,
  ],
  [
    ['list'],
    ['GET /relays'],
    [200, { relays: [draining, { ...relay, name: 'ams-1', clockOffsetMs: 2500 }] }],
    /NOTE\nfra-1 .*1\/4 +kernel update\nams-1 .*1\/4 +-\nams-1: its clock is 2.5 s ahead; set it by a time server\n$/,
  ],
  [
    ['match', 'dc=fra', '--command', 'net:where'],
    ['GET /relay-matches?selector=dc%3Dfra&command=net%3Awhere'],
    [
      200,
      {
        selector: 'dc=fra',
        command: 'net:where',
        relays: [
          { ...relay, outcome: 'takes-work' },
          { ...relay, name: 'fra-2', state: 'paused', note: 'disk', outcome: 'unavailable' },
          { ...relay, name: 'ams-1', outcome: 'no-match', fails: ['dc=fra'] },
        ],
      },
    ],
    /^2 relays of 3 with dc=fra for net:where; 1 would take work\n(.*\n)+fra-1 .*yes\nfra-2 .*no: paused since .* \(disk\)\nams-1 .*no: is not dc=fra\n$/,
  ],
  [
    ['protect-tag', 'env=prod'],
    ['POST /protected-tags', { tag: 'env=prod' }],
    [
      201,
      { tag: 'env=prod', relays: ['fra-1'], refusedFor: ['lab-1'], protectedAt: when, protectedBy: 'admin' },
    ],
    'env=prod is protected; relays that have it: fra-1\nsaid by themselves, which counts no more: lab-1\n',
  ],
  [
    ['unprotect-tag', 'env=prod'],
    ['DELETE /protected-tags/env%3Dprod'],
    [204],
    'env=prod is protected no more\n',
  ],
  [
    ['protected-tags'],
    ['GET /protected-tags'],
    [200, { protected: [{ tag: 'env', relays: ['fra-1'], protectedAt: when, protectedBy: 'admin' }] }],
    /^TAG .*\nenv +fra-1 +\d+d ago +admin\n$/,
  ],
];

describe('chasqui relay', () => {
  it.each(table)('%s asks and tells', async (words, [what, body], answer, printed) => {
    const server = await pretendServer({ [what]: answer });
    const told = await chasqui(['relay', ...words, '--url', server.url]);
    expect(server.asked).toMatchObject([{ what, ...(body !== undefined && { body }) }]);
    expect(told).toMatchObject({ exitCode: 0, stderr: '' });
    expect(told.stdout).toEqual(typeof printed === 'string' ? printed : expect.stringMatching(printed));
  });

  it('drain --wait returns once the relay says that it is empty', async () => {
    let looks = 0;
    const server = await pretendServer({
      'POST /relays/fra-1/drain': [200, draining],
      'GET /relays/fra-1': (response) => {
        looks += 1;
        const now = looks < 2 ? { ...draining, unfinished: 0 } : empty;
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(now));
      },
    });
    const told = await chasqui(['relay', 'drain', 'fra-1', '--wait', '--url', server.url]);
    expect(told).toEqual({
      exitCode: 0,
      stdout: 'fra-1 is empty: it may be stopped\n',
      stderr: '1 not finished yet\nwaiting for its word that nothing runs there\n',
    });
  });

  it('drain --wait ends when somebody resumes the relay', async () => {
    const server = await pretendServer({
      'POST /relays/fra-1/drain': [200, draining],
      'GET /relays/fra-1': [200, relay],
    });
    const told = await chasqui(['relay', 'drain', 'fra-1', '--wait', '--url', server.url]);
    expect(told).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('was resumed meanwhile') });
  });

  it('create prints the token alone on standard output, and the lines that run it beside', async () => {
    const server = await pretendServer({ 'POST /relays': [201, { relay, token: 'chq-relay.fra-1.x' }] });
    const { stdout, stderr } = await chasqui(['relay', 'create', 'fra-1', '--url', server.url]);
    expect(stdout).toBe('chq-relay.fra-1.x\n');
    expect(stderr).toContain(
      '  RELAY_TOKEN_FILE=$PWD/fra-1.token KAFKA_BROKERS=kafka:9092 docker compose -p fra-1 -f deploy/docker/relay.yaml up -d\n',
    );
    expect(stderr).toContain(
      '  helm install fra-1 deploy/helm/chasqui-relay --set-file token.value=fra-1.token ',
    );
    expect(stderr).not.toContain('chq-relay.fra-1.x');
  });
});

describe('chasqui channel', () => {
  const channel = {
    channel: 'slack/T1/C1',
    name: 'slack/#ops',
    selector: 'dc=fra',
    setAt: when,
    setBy: 'ann',
  };

  it.each<[string[], [string, unknown?], Answer, string | RegExp]>([
    [
      ['set', 'slack/#ops', '--on', 'dc=fra'],
      ['PUT /channels/slack%2F%23ops', { selector: 'dc=fra' }],
      [200, channel],
      'what is said in slack/#ops runs on relays with dc=fra\n',
    ],
    [
      ['clear', 'slack/#ops'],
      ['DELETE /channels/slack%2F%23ops'],
      [204],
      'what is said in slack/#ops runs on any relay again\n',
    ],
    [
      ['list'],
      ['GET /channels'],
      [200, { channels: [channel] }],
      /^CHANNEL .*\nslack\/#ops +dc=fra +\d+d ago +ann\n$/,
    ],
    [
      ['list'],
      ['GET /channels'],
      [200, { channels: [] }],
      'no channel has a selector; "chasqui channel set" gives it one\n',
    ],
  ])('%s asks and tells', async (words, [what, body], answer, printed) => {
    const server = await pretendServer({ [what]: answer });
    const told = await chasqui(['channel', ...words, '--url', server.url]);
    expect(server.asked).toMatchObject([{ what, ...(body !== undefined && { body }) }]);
    expect(told.stdout).toEqual(typeof printed === 'string' ? printed : expect.stringMatching(printed));
  });
});
