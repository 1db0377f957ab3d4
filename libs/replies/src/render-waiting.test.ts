import { expect, it } from 'vitest';
import { renderWaiting } from './render-waiting.js';

const wait = { runId: 'r1', until: Date.UTC(2026, 0, 5, 12, 13), now: Date.UTC(2026, 0, 5, 12, 3) };

it('says what a line waits for and until when, as a reply that another will replace', () => {
  expect(renderWaiting({ ...wait, code: 'database-unavailable' })).toMatchObject({
    mark: 'running',
    text: 'waiting: the database cannot be reached. this is run as soon as that is mended, but not after 12:13 UTC. run r1',
  });
});

it('has a sentence for an outage it has never heard of', () => {
  expect(renderWaiting({ ...wait, code: 'moon-phase' }).text).toMatch(/^waiting: .*\(moon-phase\)\. /);
});
