import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Events } from '../events.js';
import { newId } from '../ids.js';
import { Problem } from '../http/problem.js';
import type { Action, ActionEnd } from './action.js';
import { masked } from './masked.js';
import { newEntry, type NewEntry } from './new-entry.js';
import { Notes } from './notes.js';
import { AuditSubjects, type Asked } from './subjects.service.js';
import { writeEntries } from './write-entries.js';

/** What of an entry could not be written although the change was made is tried again this often, in milliseconds. */
const againMs = 2_000;
/** Looks and refusals are gathered for this long, in milliseconds. */
const noteMs = 1_000;

/**
 * The audit log of actions. A change is written down before it is made, and again with what came of it: where it cannot be written it is not
 * made. Looks and refusals are gathered and written together, and nobody waits for that.
 */
@Injectable()
export class Audit implements OnApplicationShutdown {
  private readonly notes = new Notes();
  private readonly timer: NodeJS.Timeout;
  private late: NewEntry[] = [];
  private writing: Promise<void> | undefined;

  constructor(
    private readonly dataSource: DataSource,
    private readonly subjects: AuditSubjects,
    private readonly events: Events,
  ) {
    this.timer = setInterval(() => void this.writeNotes(), noteMs).unref();
  }

  /**
   * Makes a change, and has it in the log: before it, and with what came of it. A refusal that `change` throws (a `Problem` of 401, 403 or
   * 429) is `denied`, anything else that it throws has `failed`; what it returns is looked at by `outcome`, where that is given, for those
   * who return their refusals. What the thing was before and is after is read where `resource` names a kind that is known.
   * @throws what `change` throws; or what the database throws, and then nothing was changed
   */
  async action<T>(
    action: Action,
    change: () => Promise<T>,
    outcome: (made: T) => ActionEnd = () => ({ result: 'allowed' }),
    asked: Asked = emptyHanded,
  ): Promise<T> {
    const about = newId();
    const { kind, name } = action.resource ?? {};
    const look = async (of = name) => (kind === undefined ? undefined : this.subjects.read(kind, of, asked));
    const before = masked(await look());
    const content = { ...action, details: this.detailsOf(action), before };
    await writeEntries(this.dataSource, [
      newEntry('action', about, 0, { ...content, result: 'begun' }, Date.now()),
    ]);
    let end: ActionEnd = { result: 'failed' };
    let made: T | undefined;
    try {
      made = await change();
      end = outcome(made);
      return made;
    } catch (thrown) {
      end = endOf(thrown);
      throw thrown;
    } finally {
      const { status: statusCode, ...rest } = end;
      const named = name ?? nameIn(made);
      const after = end.result === 'allowed' ? masked(await look(named).catch(() => undefined)) : undefined;
      const resource = kind === undefined ? {} : { resource: { kind, name: named } };
      const whole = { ...content, ...resource, after, ...rest, statusCode };
      await this.write(newEntry('action', about, 1, whole, Date.now()));
    }
  }

  /** What changes nothing: a look, or a refusal. The same one by the same person within a second is one entry that counts them. */
  note(action: Action, { status: statusCode, ...end }: ActionEnd): void {
    this.notes.add({ ...action, details: this.detailsOf(action), ...end, statusCode });
  }

  /** Resolves once everything noted so far is in the database, or known not to get there just now. */
  async flush(): Promise<void> {
    await this.writing;
    await this.writeNotes();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
  }

  private detailsOf({ resource, details }: Action): unknown {
    return masked(resource && details ? this.subjects.kept(resource.kind, details) : details);
  }

  /** The change is made: that its end cannot be written now must not make anybody believe otherwise. */
  private async write(entry: NewEntry): Promise<void> {
    try {
      await writeEntries(this.dataSource, [entry]);
    } catch (cause) {
      this.events.audit.late(entry.about, cause);
      this.late.push(entry);
      setTimeout(() => void this.writeNotes(), againMs).unref();
    }
  }

  private writeNotes(): Promise<void> {
    return (this.writing ??= this.writeAll().finally(() => (this.writing = undefined)));
  }

  private async writeAll(): Promise<void> {
    const late = this.late;
    const { contents, dropped } = this.notes.take();
    if (late.length + contents.length === 0 && dropped === 0) return;
    const now = Date.now();
    const notes = contents.map((content) => newEntry('action', newId(), 0, content, now));
    try {
      await writeEntries(this.dataSource, [...late, ...notes]);
      this.late = this.late.slice(late.length);
      if (dropped > 0) this.events.audit.notesLost(dropped);
    } catch (cause) {
      const lost = this.notes.putBack(contents) + dropped;
      this.events.audit.notWritten(lost, cause);
    }
  }
}

const emptyHanded: Asked = { params: {}, query: {}, body: undefined };

/** What was only named by what made it. */
function nameIn(made: unknown): string | undefined {
  const name = (made as { name?: unknown } | null | undefined)?.name;
  return typeof name === 'string' ? name : undefined;
}

function endOf(thrown: unknown): ActionEnd {
  if (!(thrown instanceof Problem)) return { result: 'failed' };
  const { status, code } = thrown;
  return { result: [401, 403, 429].includes(status) ? 'denied' : 'failed', status, code };
}
