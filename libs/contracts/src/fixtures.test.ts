import { readdirSync, readFileSync } from 'node:fs';
import type { z } from 'zod';
import { expect, it } from 'vitest';
import { ChatMessage, ChatReply, DeadLetter, Heartbeat, Report, ToRelay } from './index.js';

const folder = new URL('../fixtures/', import.meta.url);
const schemas: Record<string, z.ZodType> = {
  'chat-message': ChatMessage,
  'chat-reply': ChatReply,
  order: ToRelay,
  cancel: ToRelay,
  welcome: ToRelay,
  started: Report,
  output: Report,
  file: Report,
  finished: Report,
  refused: Report,
  heartbeat: Heartbeat,
  'dead-letter': DeadLetter,
};

it.each(readdirSync(folder))(
  '%s, as it was once recorded, is still read, and nothing of it is dropped',
  (file) => {
    const recorded: unknown = JSON.parse(readFileSync(new URL(file, folder), 'utf8'));
    expect(schemas[file.replace('.json', '')]!.parse(recorded)).toEqual(recorded);
  },
);

it('has a recorded example of every message', () => {
  expect(readdirSync(folder).toSorted()).toEqual(
    Object.keys(schemas)
      .map((name) => `${name}.json`)
      .toSorted(),
  );
});
