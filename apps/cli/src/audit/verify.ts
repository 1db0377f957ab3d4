import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { fingerprintOf, verifyExport, type Break, type Checkpoint, type Verdict } from '@chasqui/audit';
import type { Command } from 'commander';
import { print, session, type GlobalOptions } from '../session.js';
import { exitCodes, Stop } from '../stop.js';
import { harmless } from '../terminal/harmless.js';

interface Options {
  readonly key?: readonly string[];
  readonly checkpoint?: string;
}

/** `chasqui audit verify [FILE]`: exits with 0 where everything is as it was written, and with 1 where it is not. */
export async function verify(file: string | undefined, options: Options, command: Command): Promise<void> {
  const checkpoint = options.checkpoint === undefined ? undefined : checkpointOf(options.checkpoint);
  const verdict = await verifyExport(linesOf(file, command), {
    ...(options.key && { keys: options.key.map(keyOf) }),
    ...(checkpoint && { checkpoint }),
  });
  const globals: GlobalOptions = command.optsWithGlobals();
  if (verdict.kind === 'whole') return print(globals, verdict, (told) => inWords(told, checkpoint));
  if (globals.json) process.stdout.write(`${JSON.stringify(verdict, null, 2)}\n`);
  throw new Stop(sentenceOf(verdict), exitCodes.failed);
}

async function* linesOf(file: string | undefined, command: Command): AsyncGenerator<string> {
  const input =
    file === undefined
      ? Readable.from(session(command).api.bytes('/audit/export', new AbortController().signal))
      : createReadStream(file);
  // A stream that fails does so beside the lines that are read from it.
  const failed = new Promise<never>((_, reject) => {
    input.on('error', (error: NodeJS.ErrnoException) =>
      reject(
        error instanceof Stop
          ? error
          : new Stop(`${file ?? 'the export'} cannot be read: ${error.message}`, exitCodes.usage),
      ),
    );
  });
  failed.catch(() => undefined);
  const lines = createInterface({ input, crlfDelay: Infinity })[Symbol.asyncIterator]();
  for (;;) {
    const next = await Promise.race([lines.next(), failed]);
    if (next.done) return;
    yield next.value;
  }
}

/** A word that is no key must not look like a log that somebody else has signed. */
function keyOf(text: string): string {
  const key = text.trim();
  if (/^(SHA256:)?[A-Za-z0-9_-]{43}$/.test(key)) return key;
  throw new Stop(
    `${text} is no key; write the key or the fingerprint that “chasqui audit key” prints`,
    exitCodes.usage,
  );
}

function checkpointOf(text: string): Checkpoint {
  const [, n, hash] = /^(\d+):([A-Za-z0-9_-]{43})$/.exec(text.trim()) ?? [];
  if (hash === undefined)
    throw new Stop(
      `${text} is no checkpoint; write it as “chasqui audit checkpoint” prints it: 12:Zm9v…`,
      exitCodes.usage,
    );
  return { n: Number(n), hash };
}

function inWords(verdict: Extract<Verdict, { kind: 'whole' }>, checkpoint: Checkpoint | undefined): string {
  const { blocks, entries, unsealed, from, to, before, keys, pinned, checkpointSeen } = verdict;
  const lines = [
    `Everything is as it was written: ${count(entries, 'entry', 'entries')} in ${count(blocks, 'block')}.`,
  ];
  if (from && to) lines.push(`Blocks ${from.n} to ${to.n}, the last sealed at ${to.at}: ${to.n}:${to.hash}`);
  for (const key of keys) lines.push(`Signed with ${key} (${fingerprintOf(key)}).`);
  if (!pinned) lines.push('That this is the right key nobody has said; compare it, and give it with --key.');
  if (before === 'anchor')
    lines.push('The blocks before these were removed by the operator, who signed for it.');
  if (before === 'not-here' && from) lines.push(`What stands before block ${from.n} is not in this file.`);
  if (checkpoint && !checkpointSeen)
    lines.push(`Block ${checkpoint.n} of the checkpoint is older than what is here, and was not compared.`);
  if (unsealed > 0)
    lines.push(
      `${count(unsealed, 'entry', 'entries')} not sealed yet: nothing vouches for the newest second.`,
    );
  return lines.join('\n');
}

function count(n: number, one: string, more = `${one}s`): string {
  return `${n} ${n === 1 ? one : more}`;
}

/** What is wrong, where, and what is left of it. */
function sentenceOf({ how, line, block, id, entry }: Break): string {
  const about = entry && `\nwhat stands there now: ${harmless(JSON.stringify(entry))}`;
  const which = id === undefined ? '' : `entry ${id}`;
  const where = [block !== undefined && `block ${block}`, `line ${line}`].filter(Boolean).join(', ');
  return `${sentences[how](which, block)} (${where})${about ?? ''}`;
}

const sentences: Readonly<Record<Break['how'], (entry: string, block: number | undefined) => string>> = {
  changed: (entry) => `${entry} was changed after it was sealed`,
  removed: (entry) => `${entry} was removed`,
  inserted: (entry) => `${entry || 'something'} was put in: no block has it`,
  reordered: (entry) => `${entry} was moved to another place`,
  'never-sealed': (entry) =>
    `${entry} was put in, or kept from being sealed: it is older than the last block`,
  'block-changed': (_, block) => `block ${block} was changed after it was signed`,
  'block-removed': (_, block) => `block ${block} is not where it should be: it was removed, or moved`,
  'chain-broken': (_, block) =>
    `block ${block} does not follow from the block before it: one of them was replaced`,
  'bad-signature': () => 'a signature is not by the key that it names',
  'unknown-key': () =>
    'it is signed with a key that nobody vouches for: not one of those given, and no earlier key handed over to it',
  'other-history': (_, block) => `block ${block} is not the one of the checkpoint: the chain was made anew`,
  truncated: (_, block) =>
    block === undefined
      ? 'the file was cut short: it has no end'
      : `the chain was cut off before block ${block}, which the checkpoint says was there`,
  'not-an-export': () => 'this is no export of an audit log, or no longer one',
  miscounted: () => 'the end does not fit: blocks were taken off the file or put to it',
};
