import coerce from 'semver/functions/coerce.js';
import compare from 'semver/functions/compare.js';
import parse from 'semver/functions/parse.js';

/** Whether it is a semantic version (SemVer 2.0), as our format wants it. */
export function strictVersion(text: string): boolean {
  return parse(text) !== null && /^\d/.test(text) && text.length <= 64;
}

/**
 * The semantic version that a text resembles, as Gort reads it: `v1` is 1.0.0, `1.2.3.4` is 1.2.3. Undefined where it resembles none,
 * or could not stand in a URL.
 */
export function looseVersion(text: string): string | undefined {
  if (!/^[A-Za-z0-9][A-Za-z0-9.+_-]{0,63}$/.test(text)) return undefined;
  return (parse(text) ?? coerce(text, { includePrerelease: true }))?.version;
}

/**
 * Orders versions: by the semantic version that each is or resembles (SemVer 2.0 §11), and where that is the same by their text;
 * what resembles none comes first.
 */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [looseVersion(a), looseVersion(b)];
  const byVersion = left && right ? compare(left, right) : Number(Boolean(left)) - Number(Boolean(right));
  return byVersion || (a < b ? -1 : Number(a > b));
}

/** The highest of them; undefined of none. */
export function highestVersion(versions: readonly string[]): string | undefined {
  return versions.toSorted(compareVersions).at(-1);
}
