import { join } from 'node:path';
import { setTimeout as later } from 'node:timers/promises';
import { Aliases } from '@chasqui/api/aliases/aliases.service';
import { ConfigValues } from '@chasqui/api/configuration/config-values.service';
import { Problem } from '@chasqui/api/http/problem';
import type { SaidLine } from '@chasqui/bundles/transcripts';
import type { ChatReply } from '@chasqui/contracts';
import { dockerDriver } from '@chasqui/relay/drivers/docker-driver';
import { processDriver } from '@chasqui/relay/drivers/process-driver';
import { allowsPrograms } from '@chasqui/relay/policy';
import type { Logger } from '@chasqui/telemetry';
import { openEmbedded } from '../open-embedded.js';
import { dockerHost } from '../start-local-relay.js';
import { startRoom, type Room } from '../start-room.js';
import { compare, type Mismatch } from './compare.js';
import type { LoadedTranscript } from './load-transcript.js';
import { recordedDriver } from './recorded-driver.js';

/** How a line went: right, if nothing is amiss. */
export interface PlayedLine {
  readonly said: SaidLine;
  readonly runId?: string;
  readonly mismatches: readonly Mismatch[];
  /** What stood where something was expected, by the place of the step. */
  readonly heard: ReadonlyMap<number, string>;
}

/** A first run may have to pull an image. */
const longestAnswerMs = 10 * 60_000;
/** What goes elsewhere goes out together with the answer. */
const elsewhereMs = 3_000;

/** Plays a transcript in a room of its own, line by line, and tells how each went. Ends early where the signal says so. @throws CannotBegin */
export async function playTranscript(
  { transcript, bundles, policy }: LoadedTranscript,
  logger: Logger,
  signal: AbortSignal,
): Promise<PlayedLine[]> {
  const dataSource = await openEmbedded();
  const { people, relays = { local: ['local'] }, recorded } = transcript;
  const room = await startRoom(
    {
      bundles,
      people,
      relays,
      policy,
      timing: { commandTimeoutMs: 60_000 },
      openDrivers: (relay, folder) =>
        [
          processDriver(join(folder, 'work'), () => allowsPrograms(policy)),
          dockerDriver({ relay, dockerHost: dockerHost() }),
        ].map((driver) => recordedDriver(recorded, driver)),
    },
    { dataSource, logger },
  );
  try {
    await furnish(room, transcript);
    const played: PlayedLine[] = [];
    for (const said of transcript.lines) {
      if (signal.aborted) break;
      played.push(await play(room, said, signal));
    }
    return played;
  } finally {
    await room.stop();
    await dataSource.destroy();
  }
}

/** What is to be there before the first line cannot be had. */
export class CannotBegin extends Error {
  constructor(
    readonly path: readonly string[],
    sentence: string,
  ) {
    super(sentence);
    this.name = 'CannotBegin';
  }
}

function cannotBegin(thrown: unknown, path: readonly string[]): never {
  throw thrown instanceof Problem ? new CannotBegin(path, thrown.message) : thrown;
}

async function furnish({ api }: Room, { config, aliases }: LoadedTranscript['transcript']): Promise<void> {
  for (const [bundle, values] of Object.entries(config))
    for (const [key, value] of Object.entries(values))
      await api
        .get(ConfigValues)
        .set(bundle, key, { layer: 'bundle', value }, 'the transcript')
        .catch((no: unknown) => cannotBegin(no, ['config', bundle, key]));
  for (const [name, line] of Object.entries(aliases))
    await api.get(Aliases).set(undefined, name, line, 'the transcript');
}

async function play({ chat }: Room, said: SaidLine, signal: AbortSignal): Promise<PlayedLine> {
  await chat.say({ who: said.who, line: said.text, ...(said.room && { room: said.room }) });
  const answer = await within(longestAnswerMs, chat.answer(), signal);
  const heard = new Map<number, string>();
  const mismatches: Mismatch[] = [];
  for (const expectation of said.expected) {
    const { room } = expectation;
    const reply = room === undefined ? answer : await within(elsewhereMs, chat.answerIn(room), signal);
    if (reply) heard.set(expectation.step, reply.text.trimEnd());
    mismatches.push(...compare(expectation, reply));
  }
  // Whatever is answered is right where nothing is expected, but something must be.
  if (said.expected.length === 0 && !answer)
    mismatches.push({ kind: 'silence', expectation: { step: -1, line: said.line, contains: [] } });
  return { said, mismatches, heard, ...(answer && { runId: answer.runId }) };
}

/** The reply, or nothing where none comes in time. */
async function within(
  ms: number,
  reply: Promise<ChatReply>,
  signal: AbortSignal,
): Promise<ChatReply | undefined> {
  const enough = new AbortController();
  const silence = later(ms, undefined, { signal: AbortSignal.any([signal, enough.signal]) }).catch(
    () => undefined,
  );
  try {
    return await Promise.race([reply, silence]);
  } finally {
    enough.abort();
  }
}
