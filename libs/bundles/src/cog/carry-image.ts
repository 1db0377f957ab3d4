import { isImage } from '../names.js';
import { readMount } from '../read-mount.js';
import type { CogNote } from './cog-note.js';
import type { CogSource } from './cog-source.js';
import { mapOf, type Written, type WrittenMap } from './written-yaml.js';

/** What stands at the top of the file about where commands run. `badImage`: what no engine would take. */
export interface CarriedImage {
  readonly entries: WrittenMap['entries'];
  readonly image?: string;
  readonly badImage?: string;
}

/** The image with its tag, folders of the host, and the rights that Cog's containers had. Without an image: a native bundle. */
export function carryImage(root: CogSource): CarriedImage {
  const docker = root.child('docker');
  if (!docker.said) return { entries: [{ key: 'timeout', value: '60s', notes: [root.note('native')] }] };
  docker.noteUnknown(['image', 'tag', 'binds']);
  const tag = docker.child('tag').text;
  const image = [docker.child('image').text ?? docker.text ?? '', tag]
    .filter((part) => part !== undefined)
    .join(':');
  if (!isImage(image)) return { entries: [], badImage: image };
  const untagged = tag === undefined ? [docker.note('no-tag', { image })] : [];
  return {
    image,
    entries: [
      { key: 'image', value: image, from: docker.path, notes: untagged },
      { key: 'network', value: true, notes: [docker.note('docker-rights')] },
      { key: 'writable-root', value: true },
      { key: 'timeout', value: '60s' },
      ...mountsOf(docker.child('binds')),
    ],
  };
}

function mountsOf(binds: CogSource): WrittenMap['entries'] {
  const notes: CogNote[] = [];
  const items = binds.items.flatMap((bind): { value: Written }[] => {
    const [source, target, mode, ...rest] = (bind.text ?? '').split(':');
    const mount = `${source}:${target}:${mode?.split(',').includes('ro') ? 'ro' : 'rw'}`;
    if (rest.length === 0 && target !== undefined && readMount(mount)) return [{ value: mount }];
    notes.push(bind.note('bad-mount', { mount: bind.text ?? '' }));
    return [];
  });
  if (items.length === 0) return [];
  const told = [binds.noteKey('mounts'), ...notes];
  return [
    {
      key: 'mounts',
      value: { kind: 'list', items, flow: items.length === 1 },
      from: binds.path,
      notes: told,
    },
  ];
}

/** The variables that a bundle says can be configured, but for those that a command sets itself. */
export function carryConfig(
  config: CogSource,
  fixed: ReadonlySet<string>,
  isRight: (name: string) => boolean,
) {
  config.noteUnknown(['notes', 'env']);
  const entries = new Map<string, WrittenMap['entries'][number]>();
  for (const source of config.child('env').items) {
    const name = source.child('var').text ?? source.text ?? '';
    const description = source.child('description');
    if (/^(?:COG|RELAY)_/i.test(name) || !isRight(name)) source.note('bad-variable', { name });
    else if (fixed.has(name)) source.note('config-and-env', { name });
    else if (!entries.has(name)) {
      const value = mapOf({ key: 'description', value: description.text, from: description.path });
      entries.set(name, { key: name, value, from: source.path });
    }
  }
  const written: WrittenMap | undefined =
    entries.size > 0 ? { kind: 'map', entries: [...entries.values()] } : undefined;
  const notes = written ? [config.noteKey('config-open')] : [];
  return { written, notes, remark: config.child('notes').text };
}
