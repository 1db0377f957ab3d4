import type { Facts } from '@chasqui/contracts';
import { error, type Path, type Place } from '../finding.js';
import { isRecord } from '../is-record.js';
import { wordOf } from '../word-of.js';
import type { YamlTree } from '../yaml-tree.js';
import type { CogNote, CogNoteCode } from './cog-note.js';

/** One value of a Cog file, which knows where it stands, and where remarks about it are gathered. */
export class CogSource {
  constructor(
    readonly value: unknown,
    readonly path: Path,
    private readonly tree: YamlTree,
    private readonly notes: CogNote[],
  ) {}

  child(key: string | number): CogSource {
    const own = typeof this.value === 'object' && this.value !== null && Object.hasOwn(this.value, key);
    const value = own ? (this.value as Record<string | number, unknown>)[key] : undefined;
    return new CogSource(value, [...this.path, key], this.tree, this.notes);
  }

  /** Whether something is said here. */
  get said(): boolean {
    return this.value !== undefined && this.value !== null;
  }

  /** As text: a number or a boolean as it was typed. Undefined where there is no text, or only blanks. */
  get text(): string | undefined {
    const text =
      typeof this.value === 'string' ? this.value : (this.tree.typed(this.path) ?? wordOf(this.value));
    return this.value === null || text.trim() === '' ? undefined : text;
  }

  /** The entries of a mapping; none of anything else. */
  get entries(): [string, CogSource][] {
    return isRecord(this.value) ? Object.keys(this.value).map((key) => [key, this.child(key)]) : [];
  }

  /** The items of a list; what is no list is one item, nothing none. */
  get items(): CogSource[] {
    if (!Array.isArray(this.value)) return this.said ? [this] : [];
    return this.value.map((_item, index) => this.child(index));
  }

  /** Remarks on it. `place` says where in it: at its name, or so many characters inside its text. */
  note(code: CogNoteCode, facts: Facts = {}, place?: Place): CogNote {
    const [fault] = this.tree.locate([error('bad-yaml', this.path, facts, place)]);
    const { line, column, pointer, facts: clipped } = fault!;
    const note = { code, facts: clipped, line, column, pointer };
    this.notes.push(note);
    return note;
  }

  noteKey(code: CogNoteCode, facts: Facts = {}): CogNote {
    return this.note(code, facts, { at: 'key' });
  }

  /** Remarks on every entry of this mapping that is not among the known ones. */
  noteUnknown(known: readonly string[]): void {
    for (const [key, entry] of this.entries) if (!known.includes(key)) entry.noteKey('unknown-key', { key });
  }
}
