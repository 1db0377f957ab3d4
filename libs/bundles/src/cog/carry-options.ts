import { isReservedOption } from '../names.js';
import type { CogNote } from './cog-note.js';
import type { CogSource } from './cog-source.js';
import { asName, NewNames } from './new-names.js';
import { anyMap, mapOf, type Written, type WrittenMap } from './written-yaml.js';

const types: Readonly<Record<string, string>> = {
  string: 'string',
  int: 'int',
  float: 'number',
  bool: 'bool',
  incr: 'count',
  list: 'list',
};

type Entry = WrittenMap['entries'][number];

/** The options of a command: declarations, and what each of Cog's is called now. */
export class CarriedOptions {
  readonly #names = new NewNames();
  readonly #byOld = new Map<string, string>();
  readonly #shorts = new Map<string, string>();
  readonly #entries: Entry[] = [];

  constructor(options: CogSource) {
    for (const [name, option] of options.entries) this.#carry(name, option);
  }

  get names(): readonly string[] {
    return this.#entries.map(({ key }) => key);
  }

  /** Whether it is declared, under its name or its letter. */
  has(old: string): boolean {
    return this.#byOld.has(old) || this.#shorts.has(old);
  }

  /** What one of Cog's is called now. */
  nameOf(old: string): string {
    return this.#byOld.get(old) ?? this.#shorts.get(old) ?? old;
  }

  written(): Written | undefined {
    return anyMap(this.#entries);
  }

  #carry(old: string, option: CogSource): void {
    if (old.toLowerCase() === 'help') {
      option.noteKey('help-option', { name: old });
      return;
    }
    const name = this.#names.take(unreserved(old));
    this.#byOld.set(old, name);
    const notes: CogNote[] = [];
    if (isReservedOption(old)) notes.push(option.noteKey('reserved-option', { name: old, to: name }));
    else if (name !== old) notes.push(option.noteKey('renamed', { what: 'option', from: old, to: name }));
    option.noteUnknown(['type', 'description', 'required', 'short_flag']);
    const type = this.#type(option, notes);
    const value = mapOf(
      {
        key: 'short',
        value: this.#short(name, option.child('short_flag')),
        from: option.child('short_flag').path,
      },
      { key: 'type', value: type, from: option.child('type').path },
      { key: 'description', value: option.child('description').text, from: option.child('description').path },
      { key: 'required', value: option.child('required').text === 'true' ? true : undefined },
    );
    this.#entries.push({ key: name, value, from: option.path, notes });
  }

  #type(option: CogSource, notes: CogNote[]): string {
    const source = option.child('type');
    const said = source.text ?? option.text ?? '';
    const type = Object.hasOwn(types, said) ? types[said] : undefined;
    if (type === undefined)
      notes.push((source.said ? source : option).note('unknown-option-type', { type: said }));
    return type ?? 'string';
  }

  #short(name: string, source: CogSource): string | undefined {
    const short = source.text?.replace(/^-/, '');
    if (short === undefined) return undefined;
    const other = this.#shorts.get(short);
    if (!/^[A-Za-z]$/.test(short)) source.note('bad-short', { short });
    else if (other !== undefined) source.note('duplicate-short', { short, other });
    else {
      this.#shorts.set(short, name);
      return short;
    }
    return undefined;
  }
}

/** Some names Chasqui reads on every line, whatever the command. */
function unreserved(name: string): string {
  return isReservedOption(asName(name)) ? `cog-${asName(name)}` : name;
}
