import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { builtInPermissions } from '@chasqui/api/people/built-in-permissions';
import { readBundle, type Bundle, type Fault } from '@chasqui/bundles';
import {
  checkAgainstBundles,
  readTranscript,
  transcriptFault,
  type Transcript,
} from '@chasqui/bundles/transcripts';
import { policyFrom, readPolicy, type Policy } from '@chasqui/relay/policy';
import { bundleFaultSentence, readTemplate, transcriptFaultSentence } from '@chasqui/replies';
import { localPolicy } from '../local-policy.js';
import { bundleBeside } from './transcript-files.js';

/** A fault with its file and its sentence. */
export type ToldFault = Fault & { readonly file: string; readonly message: string };

/** A transcript with everything that it takes to play it. */
export interface LoadedTranscript {
  readonly file: string;
  /** As it is written. */
  readonly source: string;
  readonly transcript: Transcript;
  /** Bundle files as they are written. */
  readonly bundles: readonly string[];
  readonly policy: Policy;
  /** A fault that shows only when it is played. */
  readonly fault: (path: readonly string[], detail: string) => ToldFault;
}

/** Reads a transcript and its bundles, or tells everything that is wrong with them. */
export function loadTranscript(file: string): LoadedTranscript | { readonly faults: readonly ToldFault[] } {
  const source = readFileSync(file, 'utf8');
  const read = readTranscript(source);
  const told = (faults: readonly Fault[]) =>
    faults.map((fault) => ({ ...fault, file, message: transcriptFaultSentence(fault) }));
  if (!read.transcript) return { faults: told(read.faults) };
  const { transcript, locate } = read;
  const files = transcript.bundles?.map((name) => join(dirname(file), name)) ?? [bundleBeside(file) ?? ''];
  const bundles = files.map(loadBundle);
  const missing = bundles.flatMap((bundle, at) =>
    'unread' in bundle
      ? [transcriptFault('no-such-file', transcript.bundles ? ['bundles', at] : [], bundle.unread)]
      : [],
  );
  const policy = policyOf(transcript);
  const right = bundles.flatMap((bundle) => ('bundle' in bundle ? [bundle] : []));
  const broken = bundles.flatMap((bundle) => ('faults' in bundle ? bundle.faults : []));
  const findings = [
    ...missing,
    ...('detail' in policy ? [transcriptFault('bad-policy', ['policy'], policy)] : []),
    ...(right.length === files.length
      ? checkAgainstBundles(
          transcript,
          right.map(({ bundle }) => bundle),
          builtInPermissions,
        )
      : []),
  ];
  if (findings.length > 0 || broken.length > 0 || 'detail' in policy)
    return { faults: [...broken, ...told(locate(findings))] };
  const sources = right.map((one) => one.source);
  return {
    file,
    source,
    transcript,
    bundles: sources,
    policy: withRecorded(policy, transcript, right),
    fault: (path, detail) => told(locate([transcriptFault('cannot-be-had', path, { detail })]))[0]!,
  };
}

type LoadedBundle =
  | { readonly bundle: Bundle; readonly source: string }
  | { readonly faults: readonly ToldFault[] }
  | { readonly unread: { readonly file: string; readonly detail: string } };

function loadBundle(file: string): LoadedBundle {
  if (file === '') return { unread: { file, detail: '' } };
  let source: string;
  try {
    source = readFileSync(file, 'utf8');
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    return { unread: { file, detail: code === 'ENOENT' ? 'there is no such file' : String(code) } };
  }
  const { bundle, faults } = readBundle(source, { readTemplate });
  if (bundle) return { bundle, source };
  const errors = faults.filter(({ severity }) => severity === 'error');
  return { faults: errors.map((fault) => ({ ...fault, file, message: bundleFaultSentence(fault) })) };
}

function policyOf({ policy }: Transcript): Policy | { readonly detail: string } {
  if (!policy) {
    const read = readPolicy(localPolicy);
    if ('policy' in read) return read.policy;
    throw new Error(`solo mode's own policy is broken: ${read.faults.join('; ')}`);
  }
  const read = policyFrom(policy);
  return 'policy' in read ? read.policy : { detail: read.faults.join('; ') };
}

/** What is recorded is not run, so no policy need allow it. */
function withRecorded(
  policy: Policy,
  { recorded }: Transcript,
  bundles: readonly { readonly bundle: Bundle }[],
): Policy {
  const names = new Set(recorded.map(({ command }) => command));
  const commands = bundles.flatMap(({ bundle }) =>
    bundle.commands.map((command) => [`${bundle.name}:${command.name}`, command] as const),
  );
  const anything = { registries: ['*'], images: ['*'], digests: 'any' as const };
  const overrides = { ...policy.overrides };
  for (const [name, { executable }] of commands)
    if (names.has(name)) overrides[name] = { ...anything, executables: executable.slice(0, 1) };
  return { ...policy, overrides };
}
