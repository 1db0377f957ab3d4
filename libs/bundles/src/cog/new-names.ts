/** Names of one kind, each in a form that we take, no two alike. */
export class NewNames {
  readonly #taken = new Set<string>();

  constructor(reserved: Iterable<string> = []) {
    for (const name of reserved) this.#taken.add(name);
  }

  /** The name itself if it is right and free, else one that resembles it. */
  take(wanted: string): string {
    const plain = asName(wanted);
    let name = plain;
    for (let n = 2; this.#taken.has(name); n++) name = `${plain.slice(0, 58)}-${n}`;
    this.#taken.add(name);
    return name;
  }
}

/** Lower-case letters, digits, dashes and underscores, a letter first, 64 at most. */
export function asName(wanted: string): string {
  const name = wanted
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 64);
  const trimmed = /[a-z0-9]$/.test(wanted) ? name : name.replace(/-+$/, '');
  return trimmed === '' ? 'unnamed' : trimmed;
}
