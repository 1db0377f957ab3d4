import type { V1Secret } from '@kubernetes/client-node';
import type { Work } from './driver.js';
import { jobName, marksOf } from './kubernetes-names.js';

/** Of one secret; the API server takes 1 MiB. */
const secretBytes = 900_000;

/** Its environment, its standard input and its files: who may look at pods need not see them. One may be more than one secret holds. */
export function secretsOf(work: Work, relay: string): V1Secret[] {
  const secret = (name: string, data: Record<string, string>): V1Secret => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, labels: marksOf(work, relay) },
    immutable: true,
    data,
  });
  return [
    secret(
      jobName(work),
      Object.fromEntries(Object.entries(work.env).map(([name, value]) => [name, base64(value)])),
    ),
    ...partsOf(work).map(({ name, key, bytes }) => secret(name, { [key]: bytes.toString('base64') })),
  ];
}

/** A piece of what goes in that one secret holds. `of` is `stdin`, or a file by its number. */
export interface SecretPart {
  readonly of: string;
  readonly name: string;
  readonly key: string;
  readonly bytes: Buffer;
}

/** The standard input and the files of a work, in their order. */
export function partsOf(work: Work): SecretPart[] {
  const { stdin, executable, filesIn = [] } = work;
  const wholes = [
    ...(stdin !== undefined && executable.length > 0 ? [{ of: 'stdin', bytes: Buffer.from(stdin) }] : []),
    ...filesIn.map(({ bytes }, index) => ({ of: String(index), bytes })),
  ];
  return wholes.flatMap(({ of, bytes }) =>
    Array.from({ length: Math.max(1, Math.ceil(bytes.length / secretBytes)) }, (_, at) => ({
      of,
      name: `${jobName(work)}-in-${of}-${at}`,
      key: String(at).padStart(4, '0'),
      bytes: bytes.subarray(at * secretBytes, (at + 1) * secretBytes),
    })),
  );
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
