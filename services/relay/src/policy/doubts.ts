import { basename } from 'node:path';
import type { Policy } from '../policy.js';
import { lineOf, type Lines } from './lines.js';
import type { PolicyPart } from './policy-file.js';

/** Something in a policy that is no fault, and that its author may not have meant. */
export interface Doubt {
  readonly line: number;
  readonly sentence: string;
}

/** What to look at again in a policy, in the order of its file. */
export function doubtsOf(policy: Policy): Doubt[] {
  const parts: { part: PolicyPart; at: Path }[] = [
    { part: policy, at: [] },
    ...Object.entries(policy.overrides).map(([name, part]) => ({ part, at: ['overrides', name] })),
  ];
  return parts
    .flatMap(({ part, at }) => [
      ...broadPrograms(part, at, policy.lines),
      ...sockets(part, at, policy.lines),
      ...openEffects(part, at, policy.lines),
      ...idleCapabilities(part, policy.allowRoot, at, policy.lines),
    ])
    .toSorted((one, other) => one.line - other.line);
}

type Path = readonly PropertyKey[];

/** Programs that start any other. */
const launchers =
  /^(ba|da|z|k|c|tc|fi)?sh$|^(busybox|env|xargs|find|sudo|su|nohup|timeout|setsid|awk|node|perl|ruby)$|^python[0-9.]*$/;
const systemFolders = ['/bin/*', '/usr/bin/*', '/sbin/*', '/usr/sbin/*', '/usr/local/bin/*'];

function broadPrograms({ executables = [] }: PolicyPart, at: Path, lines: Lines): Doubt[] {
  return executables.flatMap((path, index) => {
    if (!launchers.test(basename(path)) && !systemFolders.includes(path)) return [];
    const sentence = `${path} starts any other program: whoever may choose its words may run everything on this machine`;
    return doubt(lines, [...at, 'executables', index], sentence);
  });
}

function sockets({ mounts = [] }: PolicyPart, at: Path, lines: Lines): Doubt[] {
  return mounts.flatMap(({ source }, index) => {
    if (!/\.sock$|^(\/var)?\/run$/.test(source)) return [];
    const sentence = `${source}: a container that reaches its engine's socket is root on this machine, to be read or not`;
    return doubt(lines, [...at, 'mounts', index], sentence);
  });
}

function openEffects({ effects = {} }: PolicyPart, at: Path, lines: Lines): Doubt[] {
  if (effects.write === undefined || effects.idempotent !== undefined) return [];
  const sentence =
    'write is limited and idempotent is not: a command whose bundle calls it idempotent passes, a restart for example';
  return doubt(lines, [...at, 'effects', 'write'], sentence);
}

function idleCapabilities(
  { capabilities = [], allowRoot }: PolicyPart,
  root: boolean,
  at: Path,
  lines: Lines,
) {
  if (capabilities.length === 0 || (allowRoot ?? root)) return [];
  return doubt(
    lines,
    [...at, 'capabilities'],
    'capabilities are of use to root only, and allowRoot is false',
  );
}

function doubt(lines: Lines, path: Path, sentence: string): Doubt[] {
  return [{ line: lineOf(lines, path) ?? 1, sentence }];
}
