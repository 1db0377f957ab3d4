import { duration } from '@chasqui/settings';
import { LineCounter, parseDocument, isMap, isNode, type Document } from 'yaml';
import { z } from 'zod';
import { readBytes } from './read-bytes.js';

const bytes = z.union([z.string(), z.number()]).transform((text, context) => {
  const amount = readBytes(text);
  if (amount !== undefined) return amount;
  context.addIssue({ code: 'custom', message: `"${text}" is not an amount; write it like 512MiB` });
  return z.NEVER;
});

const Allowance = z.strictObject({
  memory: bytes.default(512 * 1024 ** 2),
  cpus: z.number().positive().default(1),
  pids: z.number().int().positive().default(256),
  timeout: duration.default(3_600_000),
  output: bytes.default(10 * 1024 ** 2),
});

const AllowedMount = z.strictObject({
  source: z
    .string()
    .regex(
      /^(\/(?!\.{1,2}(\/|$))[^/]+)+$/,
      'is not an absolute path, written without . or .. or a / at its end',
    ),
  readOnly: z.boolean().default(true),
});

/**
 * What this relay's operator allows on this machine; it wins over whatever the API sends. Read from a YAML file, every part of which may be
 * left out. Without a file nothing runs as a plain process, containers run without network, root or a writable root file system.
 */
export const Policy = z.strictObject({
  /** Programs that the process driver may start: absolute paths, or a folder's files: `/opt/ops/*`. */
  executables: z
    .array(
      z.string().regex(/^\/(?!.*\/\.{1,2}(\/|$))/, 'is not an absolute path, or a folder with /* behind it'),
    )
    .default([]),
  /** Images that may run, `*` for any characters. */
  images: z.array(z.string().min(1)).default(['*']),
  /** Whether a bundle that asks for network gets it. */
  network: z.boolean().default(false),
  /** Whether a bundle that asks for a root file system it can write gets it. */
  writableRoot: z.boolean().default(false),
  /** Folders of this machine that a container may see where its bundle asks for exactly these; to be read, unless it says otherwise. */
  mounts: z.array(AllowedMount).default([]),
  /** Whether a container may run as root where its image says so. */
  allowRoot: z.boolean().default(false),
  /** The most that one execution may use: bytes, CPUs, processes, milliseconds, bytes. */
  limits: Allowance.default(Allowance.parse({})),
});
export type Policy = z.infer<typeof Policy>;

export const defaultPolicy: Policy = Policy.parse({});

/** A policy from its YAML, or every fault in it as a sentence that begins with its line. */
export function readPolicy(yaml: string): { policy: Policy } | { faults: string[] } {
  const lines = new LineCounter();
  const document = parseDocument(yaml, { lineCounter: lines });
  if (document.errors.length > 0) {
    return {
      faults: document.errors.map(
        (e) =>
          `line ${lines.linePos(e.pos[0]).line}: ${e.message.split('\n')[0]!.replace(/ at line \d+.*$/, '')}`,
      ),
    };
  }
  const read = Policy.safeParse(document.toJS() ?? {});
  if (read.success) return { policy: read.data };
  return { faults: read.error.issues.flatMap((issue) => sentences(issue, document, lines)) };
}

function sentences(issue: z.core.$ZodIssue, document: Document, lines: LineCounter): string[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(
      (key) =>
        `line ${lineOfKey([...issue.path, key])}: there is no setting "${[...issue.path, key].join('.')}"`,
    );
  }
  const name = issue.path.join('.') || 'the policy';
  return [`line ${lineOfKey(issue.path)}: ${name}: ${issue.message}`];

  /** The line of the innermost thing on the path that is written in the file. */
  function lineOfKey(path: PropertyKey[]): number {
    const holder = path.length > 1 ? document.getIn(path.slice(0, -1), true) : document.contents;
    const key = isMap(holder)
      ? holder.items.find((pair) => String(pair.key) === path.at(-1))?.key
      : undefined;
    const node = isNode(key) ? key : document.getIn(path, true);
    return isNode(node) && node.range ? lines.linePos(node.range[0]).line : 1;
  }
}
