import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { topics, type DeadLetter, type Topic } from '@chasqui/contracts';
import { connectKafka, topicName } from '@chasqui/transport';
import { z } from 'zod';
import { until } from './until.fixture.js';

/** What begins the keys of what the administrator writes. */
const own = 'administrator-';
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** A message as the broker has it. */
export interface Seen {
  readonly topic: string;
  readonly key: string;
  readonly headers: Record<string, string>;
  readonly value: string;
}

/** Somebody who can read and write every topic, and see the broker's disk. */
export async function brokerAdministrator(
  { brokers, dataDir }: { brokers: string; dataDir: string },
  prefix: string,
  params: { relays: string[]; adapters: string[] },
) {
  const transport = await connectKafka({ brokers: brokers.split(','), prefix, log: silent });
  const seen: Seen[] = [];
  const letters: DeadLetter[] = [];
  const all = [
    ...params.relays.map((relay) => ({ topic: topics.relayOrders, params: { relay } })),
    ...params.adapters.map((adapter) => ({ topic: topics.chatReplies, params: { adapter } })),
    { topic: topics.chatMessages, params: {} },
    { topic: topics.relayReports, params: {} },
    { topic: topics.relayHeartbeats, params: {} },
  ];
  await transport.prepare(all);
  for (const one of all) {
    // Whatever stands there.
    const topic: Topic = { ...one.topic, schema: z.unknown() };
    const group = `administrator.${topicName(one.topic, one.params)}`;
    await transport.subscribe({ topic, params: one.params, group }, async (message) => {
      const { topic: full, key, headers, value } = message;
      seen.push({ topic: full.slice(full.startsWith(prefix) ? prefix.length : 0), key, headers, value });
    });
  }
  await transport.subscribe(
    { topic: topics.deadLetters, group: 'administrator' },
    async (_, letter) => void letters.push(letter),
  );
  let written = 0;
  return {
    seen,
    letters,
    /** The last message of a topic that others put there, of this run, once there is one. */
    lastOf: (topic: string, runId?: string) =>
      until(() =>
        seen.findLast(
          ({ topic: on, key, headers }) =>
            on === topic && !key.startsWith(own) && (!runId || headers['run-id'] === runId),
        ),
      ),
    /** Puts something on a topic, under a key of its own unless it is to look real. Answers the key. */
    async write(topic: string, value: unknown, more: Partial<Seen> = {}): Promise<string> {
      const key = more.key ?? `${own}${++written}`;
      await transport.publish({ topic, headers: {}, value: JSON.stringify(value), ...more, key });
      return key;
    },
    /** Why what was put there under that key was parked, once it was. */
    parked: (key: string) => until(() => letters.find((letter) => letter.key === key)),
    /** The same message with one bit of one part turned: header, nonce, text and mark of a JWE. */
    bent: ({ value }: Seen) =>
      [0, 2, 3, 4].map((part) => {
        const parts = (JSON.parse(value) as string).split('.');
        const bytes = Buffer.from(parts[part]!, 'base64url');
        bytes[Math.floor(bytes.length / 2)]! ^= 1;
        return parts.with(part, bytes.toString('base64url')).join('.');
      }),
    /** Which of these texts stand on the broker's disk: in whatever topic, as key, header or value, in clear or in base64. */
    onDisk(texts: readonly string[]): string[] {
      const files = readdirSync(dataDir, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name.endsWith('.log'))
        .map((entry) => readFileSync(join(entry.parentPath, entry.name)));
      return texts.filter((text) =>
        [Buffer.from(text), ...base64Forms(text)].some((form) => {
          if (form.length < 6) throw new Error(`${text} is so short that it stands everywhere`);
          return files.some((file) => file.includes(form));
        }),
      );
    },
    close: () => transport.close(),
  };
}
export type BrokerAdministrator = Awaited<ReturnType<typeof brokerAdministrator>>;

/** What a text looks like in the middle of something in base64url, wherever in it it begins; without the characters that its neighbours have a part in. */
function base64Forms(text: string): Buffer[] {
  return [0, 1, 2].map((shift) => {
    const encoded = Buffer.from(`${'\0'.repeat(shift)}${text}`).toString('base64url');
    return Buffer.from(encoded.slice(shift === 0 ? 0 : shift + 1, -2));
  });
}
