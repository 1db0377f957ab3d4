import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { databaseAway } from '../database-faults.js';
import { Events } from '../events.js';
import type { Principal } from '../http/principal.js';
import { subjectReaders } from './subject-readers.js';

/** What a change says of itself: the values of its path, query and body, checked, and who asks. */
export interface Asked {
  readonly params: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: unknown;
  readonly asker?: Pick<Principal, 'id' | 'username'>;
}

/** How the state of one kind of thing is read, for before and after. */
export interface SubjectReader {
  /** Its name, from what was asked; undefined where only the answer tells. */
  readonly name: (asked: Asked) => string | undefined;
  /** Fields of what was asked that are not kept. */
  readonly unkept?: readonly string[];
  /** Its state as may be kept: no secret, and no hash of one. Undefined where there is none of that name. */
  readonly read: (db: Pick<DataSource, 'query'>, name: string, asked: Asked) => Promise<unknown>;
}

/** The kinds of things that are changed, by the word that `@Operation({ subject })` has for them. */
@Injectable()
export class AuditSubjects {
  private readonly readers = new Map<string, SubjectReader>(Object.entries(subjectReaders));

  constructor(
    private readonly dataSource: DataSource,
    private readonly events: Events,
  ) {}

  register(kind: string, reader: SubjectReader): void {
    this.readers.set(kind, reader);
  }

  name(kind: string, asked: Asked): string | undefined {
    return this.readers.get(kind)?.name(asked);
  }

  /** What was asked for, as it may be kept. */
  kept(kind: string, details: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    const unkept = this.readers.get(kind)?.unkept ?? [];
    return Object.fromEntries(Object.entries(details).filter(([name]) => !unkept.includes(name)));
  }

  async read(kind: string, name: string | undefined, asked: Asked): Promise<unknown> {
    const reader = this.readers.get(kind);
    if (!reader || name === undefined) return undefined;
    try {
      return await reader.read(this.dataSource, name, asked);
    } catch (cause) {
      // What cannot be asked stops the change; a reader that is wrong must not.
      if (databaseAway(cause)) throw cause;
      this.events.unexpected(`the state of ${kind} ${name} could not be read for the audit log`, cause);
      return undefined;
    }
  }
}
