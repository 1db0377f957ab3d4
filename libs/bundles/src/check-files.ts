import type { WrittenCommand } from './check-permissions.js';
import { error, type Finding, type Path } from './finding.js';
import { isRecord } from './is-record.js';
import { isName } from './names.js';
import { wordOf } from './word-of.js';

/** Whether the files of a command can stand where it wants them. */
export function checkFiles({ fields, path }: WrittenCommand): Finding[] {
  const files = fields['files'];
  if (!isRecord(files)) return [];
  const given = isRecord(files['in']) ? Object.entries(files['in']) : [];
  const at = (key: string): Path => [...path, 'files', 'in', key];
  const targets = given.map(([key, value]) => ({
    key,
    to: wordOf(isRecord(value) ? value['to'] : value),
  }));
  const laid = targets.filter(({ to }) => to.startsWith('/'));
  const first = laid[0] && folderOf(laid[0].to);
  const out = wordOf(files['out']);
  const inputs = targets.filter(({ to }) => to === 'stdin');
  const takesRecords = ['each', 'all'].includes(wordOf(fields['input']));
  return [
    ...given
      .filter(([key]) => !isName(key, 'strict'))
      .map(([key]) => error('bad-name', at(key), { what: 'file', name: key, form: 'strict' }, { at: 'key' })),
    ...laid
      .filter(({ to }) => folderOf(to) === '')
      .map(({ key, to }) => error('bad-file-path', at(key), { path: to }, { at: 'key' })),
    ...laid
      .filter(({ to }) => folderOf(to) !== first)
      .map(({ key, to }) => error('files-apart', at(key), { path: to, folder: first }, { at: 'key' })),
    ...(first !== undefined && out.startsWith('/') && overlap(first, out)
      ? [error('files-overlap', [...path, 'files', 'out'], { folder: out, other: first })]
      : []),
    ...inputs
      .slice(takesRecords ? 0 : 1)
      .map(({ key }) => error('file-input-twice', at(key), {}, { at: 'key' })),
  ];
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

function overlap(one: string, other: string): boolean {
  return `${one}/`.startsWith(`${other}/`) || `${other}/`.startsWith(`${one}/`);
}
