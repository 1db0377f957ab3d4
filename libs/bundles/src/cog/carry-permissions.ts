import { isName } from '../names.js';
import type { CogNote } from './cog-note.js';
import type { CogSource } from './cog-source.js';
import { NewNames } from './new-names.js';
import type { Written, WrittenList } from './written-yaml.js';

type Item = WrittenList['items'][number];

/** The permissions of a bundle by their old full names, and what they are called now. Rules add those that were never declared. */
export class CarriedPermissions {
  readonly #names = new NewNames();
  readonly #byOld = new Map<string, string>();
  readonly #items: Item[] = [];

  constructor(
    readonly oldBundle: string,
    readonly bundle: string,
    declared: CogSource,
  ) {
    for (const item of declared.items) {
      const full = item.text ?? '';
      const own = this.#ownName(full);
      if (own === undefined || own === '')
        item.note('bad-permission', { permission: full, bundle: oldBundle });
      else if (!this.#byOld.has(own)) this.#add(own, item, []);
    }
  }

  /** The full name that rules use now. `source` is the rule. */
  fullName(
    old: string,
    source: CogSource,
    inside: number,
  ): { readonly name: string; readonly notes: readonly CogNote[] } {
    const own = this.#ownName(old);
    if (own === undefined)
      return { name: old, notes: [source.note('foreign-permission', { permission: old }, { inside })] };
    const known = this.#byOld.get(own);
    if (known !== undefined) return { name: `${this.bundle}:${known}`, notes: [] };
    const note = source.note('undeclared-permission', { permission: old }, { inside });
    return { name: `${this.bundle}:${this.#add(own, undefined, [note])}`, notes: [] };
  }

  /** A permission of our own making, which nobody has yet. */
  invent(wanted: string, notes: readonly CogNote[]): string {
    const key = `\0${wanted}`;
    return `${this.bundle}:${this.#byOld.get(key) ?? this.#add(key, undefined, notes, wanted)}`;
  }

  written(): Written | undefined {
    if (this.#items.length === 0) return undefined;
    return {
      kind: 'list',
      items: this.#items,
      flow: this.#items.every(({ notes, from }) => !notes?.length && !from),
    };
  }

  #add(key: string, source: CogSource | undefined, notes: readonly CogNote[], wanted = key): string {
    const name = this.#names.take(wanted);
    const renamed =
      source && name !== wanted
        ? [source.note('renamed', { what: 'permission', from: wanted, to: name })]
        : [];
    this.#byOld.set(key, name);
    this.#items.push({ value: name, from: source?.path, notes: [...notes, ...renamed] });
    return name;
  }

  /** Of `bundle:name` the name, if the bundle is this one; of a bare word itself. */
  #ownName(full: string): string | undefined {
    const [bundle, name, ...rest] = full.split(':');
    if (name === undefined) return isName(full, 'loose') ? full : undefined;
    return bundle === this.oldBundle && rest.length === 0 ? name : undefined;
  }
}
