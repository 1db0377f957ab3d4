import { readYamlTree } from '../yaml-tree.js';
import type { Path } from '../finding.js';
import { error } from '../finding.js';
import type { CogFault, CogNote } from './cog-note.js';
import { CogSource } from './cog-source.js';

export interface CogFile {
  readonly root: CogSource;
  /** What Cog called the version of its format. */
  readonly format: 3 | 4 | 5;
  /** Filled while the file is converted. */
  readonly notes: CogNote[];
  readonly faultAt: (path: Path, code: CogFault['code'], facts?: CogFault['facts']) => CogFault;
}

/** A file that is Cog's, of a version that we read, or what is wrong with it. */
export function readCogFile(text: string): CogFile | readonly CogFault[] {
  const tree = readYamlTree(text);
  const wrong = tree.findings.filter(({ severity }) => severity === 'error');
  if (!tree.root || wrong.length > 0) return tree.locate(wrong);
  const notes: CogNote[] = [];
  const root = new CogSource(tree.root, [], tree, notes);
  const faultAt: CogFile['faultAt'] = (path, code, facts = {}) => {
    const [fault] = tree.locate([error('bad-yaml', path, facts)]);
    return { ...fault!, code };
  };
  const version = root.child('cog_bundle_version');
  if (!version.said) return [faultAt([], 'not-cog')];
  const format = Number(version.text);
  if (format !== 3 && format !== 4 && format !== 5)
    return [faultAt(version.path, 'cog-version', { found: version.text ?? '' })];
  return { root, format, notes, faultAt };
}
