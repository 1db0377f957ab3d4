import { refusal } from '@chasqui/contracts';
import { expect, it } from 'vitest';
import { sentence } from '../wording.js';
import { queuedSentence, waitWords, type Queued, type ToldWait } from './queues.js';

const now = Date.parse('2026-11-22T12:00:00Z');
const noRelay = {
  relays: 1,
  selector: 'dc=sin',
  requirements: [{ text: 'dc=sin', from: ['person'], online: 0 }],
};
const ann = { username: 'ann', runId: 'r0', since: now - 60_000 };

it.each<[Partial<Queued> & Pick<Queued, 'waitsFor'>, string]>([
  [
    { waitsFor: 'relay', noRelay },
    'waiting for a relay: no relay has dc=sin; "relays" lists those there are with their tags. it is next; given up at 12:10 UTC. to stop waiting: cancel. run r1',
  ],
  [
    { waitsFor: 'lock', lock: 'ops:a', holders: [ann], position: 3 },
    'waiting for the lock ops:a, which ann holds since 11:59 UTC (run r0). 2 others before it; given up at 12:10 UTC. to stop waiting: cancel. run r1',
  ],
  [
    { waitsFor: 'lock', lock: 'ops:a', holders: [{ ...ann, lostUntil: now + 60_000 }] },
    'waiting for the lock ops:a, which ann holds since 11:59 UTC (run r0); its relay is silent, and it may keep it until 12:01 UTC. it is next; given up at 12:10 UTC. to stop waiting: cancel. run r1',
  ],
  [
    { waitsFor: 'limit', most: 2, position: 2 },
    'waiting for its turn: 2 executions of ops:go run, and no more run at once. 1 other before it; given up at 12:10 UTC. to stop waiting: cancel. run r1',
  ],
])('says %j', (queued, text) => {
  const common = { command: 'ops:go', runId: 'r1', position: 1, until: now + 600_000, now };
  expect(queuedSentence({ ...common, ...queued })).toBe(text);
});

it.each([
  [
    'waited-for-relay',
    noRelay,
    'not run: it waited 10 min for a relay, and none came. no relay has dc=sin; "relays" lists those there are with their tags. send it again if you still want it, or see: relays',
  ],
  [
    'waited-for-lock',
    { lock: 'ops:a', holders: [ann] },
    'not run: it waited 10 min for the lock ops:a, which ann holds since 11:59 UTC (run r0). send it again if you still want it; with --wait it waits longer',
  ],
  [
    'waited-for-limit',
    { most: 1 },
    'not run: it waited 10 min while 1 execution of ops:go runs, and no more run at once. send it again if you still want it; with --wait it waits longer',
  ],
] as const)('%s is told as what was waited for, how it is now and what to do', (code, facts, text) => {
  expect(sentence(refusal(code, { command: 'ops:go', waitedMs: 600_000, now, ...facts }))).toBe(text);
});

it.each<[ToldWait, string]>([
  [{ for: 'turn' }, 'its turn: others of its stage go first'],
  [{ for: 'wave', from: '2026-11-22T12:00:30Z' }, 'its wave; from 12:00 UTC'],
  [{ for: 'relay', key: 'dc=sin', position: 1 }, 'a relay that has dc=sin; it is next'],
  [
    { for: 'limit', key: 'ops:go', position: 2 },
    'its turn: no more of ops:go run at once; 1 other before it',
  ],
])('of %j says %s', (wait, text) => {
  expect(waitWords(wait, now)).toBe(text);
});
