import { suggest } from '@chasqui/command-language';
import type { Bundle } from '../bundle.js';
import { error, type Finding } from '../finding.js';
import { isRecord } from '../is-record.js';
import type { Transcript } from './transcript.js';

/** Who says something in a step: every key that is none of ours. */
export function speakersOf(step: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(step).filter((key) => key !== 'chasqui' && key !== 'room');
}

/** What is wrong between the keys of a transcript, whether or not all of it fits its schema. */
export function checkSteps(data: Readonly<Record<string, unknown>>): Finding[] {
  if (!Array.isArray(data['transcript'])) return [];
  const steps: unknown[] = data['transcript'];
  const people = isRecord(data['people']) ? Object.keys(data['people']) : [];
  const first = steps.findIndex((step) => isRecord(step) && speakersOf(step).length > 0);
  return steps.flatMap((step, at) => {
    if (!isRecord(step)) return [];
    const path = ['transcript', at];
    const speakers = speakersOf(step);
    if (speakers.length > 1) return [error('several-speakers', path, { people: speakers })];
    const strangers = speakers
      .filter((name) => !people.includes(name))
      .map((name) => error('unknown-speaker', [...path, name], speakerFacts(name, people), { at: 'key' }));
    if (speakers.length > 0) return strangers;
    if (!('chasqui' in step)) return [error('empty-step', path)];
    const isEarly = first < 0 || at < first;
    return isEarly ? [error('answer-first', [...path, 'chasqui'], {}, { at: 'key' })] : [];
  });
}

function speakerFacts(name: string, people: readonly string[]) {
  const suggestion = suggest(name, people);
  return { name, known: people, ...(suggestion && { suggestion }) };
}

/** What a transcript says of its bundles that is not so. `ownPermissions` are those that Chasqui has itself. */
export function checkAgainstBundles(
  transcript: Transcript,
  bundles: readonly Bundle[],
  ownPermissions: readonly string[] = [],
): Finding[] {
  const permissions = [...bundles.flatMap((bundle) => bundle.permissions), ...ownPermissions];
  const commands = bundles.flatMap(({ name, commands: its }) => its.map((one) => `${name}:${one.name}`));
  const names = bundles.map(({ name }) => name);
  return [
    ...Object.entries(transcript.people).flatMap(([person, has]) =>
      has.flatMap((permission, at) => missing('permission', permission, permissions, ['people', person, at])),
    ),
    ...Object.keys(transcript.config).flatMap((name) => missing('bundle', name, names, ['config', name])),
    ...[...new Set(transcript.recorded.map(({ command }) => command))].flatMap((command) =>
      missing('command', command, commands, ['recorded', command]),
    ),
  ];
}

function missing(
  what: 'permission' | 'bundle' | 'command',
  name: string,
  known: readonly string[],
  path: Finding['path'],
): Finding[] {
  if (known.includes(name)) return [];
  const suggestion = suggest(name, known);
  const place = what === 'permission' ? undefined : ({ at: 'key' } as const);
  return [error('not-in-bundles', path, { what, name, known, ...(suggestion && { suggestion }) }, place)];
}
