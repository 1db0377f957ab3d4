import { posix } from 'node:path';
import type { Work } from './driver.js';
import { executionName } from './execution-name.js';

/** Behind the name of an execution: the container that keeps its files, and the volumes that they are in. */
export const keeperSuffix = '-files';
export const volumeSuffixes = ['-in', '-out'];

type Sides = Pick<Work, 'filesIn' | 'filesOut' | 'executionId' | 'attempt'>;

export function hasFiles({ filesIn, filesOut }: Pick<Work, 'filesIn' | 'filesOut'>): boolean {
  return (filesIn?.length ?? 0) > 0 || filesOut !== undefined;
}

/** The volumes of a work: of memory, because an engine's disk has no limit for them. */
export function volumesOf(work: Sides) {
  const name = executionName(work);
  const { filesIn = [], filesOut } = work;
  const bytes = filesIn.reduce((sum, one) => sum + one.bytes.length, 0);
  const spare = 1024 ** 2;
  return [
    ...(filesIn[0]
      ? [
          {
            name: `${name}-in`,
            target: posix.dirname(filesIn[0].path),
            kept: '/files-in',
            readOnly: true,
            bytes: bytes + spare,
          },
        ]
      : []),
    ...(filesOut
      ? [
          {
            name: `${name}-out`,
            target: filesOut.path,
            kept: '/files-out',
            readOnly: false,
            bytes: filesOut.allBytes + spare,
          },
        ]
      : []),
  ];
}

/** A volume that was made before, as a container sees it. */
export function volumeMount(Source: string, Target: string, ReadOnly: boolean) {
  const VolumeOptions = { NoCopy: true, Labels: {}, DriverConfig: { Name: 'local', Options: {} } };
  return { Type: 'volume' as const, Source, Target, ReadOnly, VolumeOptions };
}

/** How the command sees them. */
export function fileMounts(work: Sides) {
  return volumesOf(work).map(({ name, target, readOnly }) => volumeMount(name, target, readOnly));
}

/** The name of the execution that something belongs to by its name: itself, what keeps its files, or a volume of them. */
export function executionOf(name: string): string {
  const suffix = [keeperSuffix, ...volumeSuffixes].find((one) => name.endsWith(one));
  return suffix === undefined ? name : name.slice(0, -suffix.length);
}
