import type { ChatMessage } from '@chasqui/contracts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { runIdOf } from './run-id.js';

const message = (more: Partial<ChatMessage> = {}): ChatMessage => ({
  id: 'C1:12.000345',
  adapter: 'slack',
  workspace: 'T1',
  room: { id: 'C1', direct: false },
  sender: { id: 'U1' },
  addressed: 'prefix',
  text: 'echo:echo hello',
  saidAt: 1_732_233_600_123,
  ...more,
});

it('is the same for the same message, and another for any other', () => {
  expect(runIdOf(message())).toBe(runIdOf(message({ text: 'cut' })));
  const others = [{}, { id: 'C1:12.000346' }, { adapter: 'teams' }, { workspace: 'T2' }].map((more) =>
    runIdOf(message(more)),
  );
  expect(new Set(others).size).toBe(4);
});

it('sorts by when it was said', () => {
  expect(runIdOf(message({ saidAt: 5 })) < runIdOf(message({ saidAt: 6 }))).toBe(true);
});

it('is a UUID of version 7, whatever an adapter takes for a time', () => {
  fc.assert(
    fc.property(fc.string(), fc.maxSafeInteger(), (id, saidAt) => {
      expect(z.uuidv7().safeParse(runIdOf(message({ id, saidAt }))).success).toBe(true);
    }),
  );
});
