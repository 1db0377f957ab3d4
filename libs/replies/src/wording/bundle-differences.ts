/** One difference between two readings of a bundle: what it is, as a bundle file spells it. */
interface Difference {
  readonly change: 'added' | 'removed' | 'changed';
  readonly at: readonly string[];
}

/** `the command drain is gone`, "`rules` of restart is not the same": one difference, without a full stop. */
export function bundleDifferenceSentence({ change, at }: Difference): string {
  return `${thing(at)} ${{ added: 'is new', removed: 'is gone', changed: 'is not the same' }[change]}`;
}

/** All of them in one sentence, the first few by name; that nothing but comments and layout differ where there is none. */
export function bundleDifferencesSentence(differences: readonly Difference[], most = 8): string {
  if (differences.length === 0) return 'only comments, order or layout differ';
  const told = differences.slice(0, most).map(bundleDifferenceSentence);
  const more = differences.length - told.length;
  return [...told, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

function thing([group, name, key, inner]: readonly string[]): string {
  if (name === undefined) return `\`${group ?? ''}\``;
  if (group !== 'commands') return `${groups[group ?? ''] ?? group} ${name}`;
  if (key === undefined) return `the command ${name}`;
  if (inner === undefined) return `\`${key}\` of ${name}`;
  return key === 'options' ? `the option --${inner} of ${name}` : `${groups[key] ?? key} ${inner} of ${name}`;
}

const groups: Readonly<Record<string, string>> = {
  permissions: 'the permission',
  config: 'the configuration key',
  templates: 'the template',
  env: 'the variable',
};
