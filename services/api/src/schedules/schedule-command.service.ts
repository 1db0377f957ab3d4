import { isRefusal, refusal, type Refusal } from '@chasqui/contracts';
import {
  rendered,
  renderRefusal,
  remarked,
  scheduleSentences as say,
  sentence,
  type Rendered,
} from '@chasqui/replies';
import { Injectable } from '@nestjs/common';
import { Audit } from '../audit/audit.service.js';
import type { Ask } from '../built-ins/built-in.js';
import { builtInHelp } from '../built-ins/names.js';
import type { Known } from '../commands/known.js';
import { whereSaid } from '../commands/where-said.js';
import { toldOf, type Schedule, type SchedulePlace } from './schedule.js';
import { Scheduling, type Scheduler, type WrittenSchedule } from './scheduling.service.js';
import { nameTo, showSchedule, showSchedules } from './show-schedules.js';

/** `schedule create | list | show | pause | resume | remove | run` */
@Injectable()
export class ScheduleCommand {
  constructor(
    private readonly scheduling: Scheduling,
    private readonly audit: Audit,
  ) {}

  async answer(ask: Ask): Promise<Rendered | Refusal> {
    const { words, known } = ask;
    const by = schedulerOf(ask);
    const [verb = 'list', ...rest] = words;
    // A schedule that makes schedules would grow without anybody.
    if (known.schedule) return refusal('bad-schedule', { fault: 'built-in', text: 'schedule' });
    if (verb === 'create') return this.create(ask, by, rest);
    if (verb === 'list' && rest.length <= 1) return this.list(by, rest[0]);
    const [name] = rest;
    if (name === undefined || rest.length > 1 || !isVerb(verb)) return badUsage();
    const schedule = await this.scheduling.find(by, name);
    if (isRefusal(schedule)) return schedule;
    if (verb === 'show') return showSchedule(schedule);
    return this.changed(ask, verb, schedule, () => this.change(verb, schedule, by, known.now));
  }

  private async create(ask: Ask, by: Scheduler, words: readonly string[]): Promise<Rendered | Refusal> {
    const { known } = ask;
    const written = readWritten(words);
    if (isRefusal(written)) return written;
    const change = () => this.scheduling.create(written, by, placeOf(known), known.now);
    const made = await this.changed(ask, 'create', { name: written.name, owner: by }, change);
    if (isRefusal(made))
      return typeof made.facts['position'] === 'number' ? renderRefusal(made, written.line) : made;
    const { schedule, warning } = made;
    const text = said(say.created(toldOf(schedule), schedule.missed));
    return warning ? remarked(text, say.notNow(sentence(warning))) : text;
  }

  private async list(by: Scheduler, of: string | undefined): Promise<Rendered | Refusal> {
    const all = await this.scheduling.list(by, of);
    if (isRefusal(all)) return all;
    if (all.length === 0) return said(of === undefined ? say.none : say.noneOfOthers);
    return showSchedules(all, by.username);
  }

  private async change(
    verb: Verb,
    schedule: Schedule,
    by: Scheduler,
    now: number,
  ): Promise<Rendered | Refusal> {
    const told = toldTo(by, schedule);
    switch (verb) {
      case 'pause': {
        const rested = await this.scheduling.pause(schedule, by, now);
        return isRefusal(rested) ? rested : said(rested ? say.paused(told) : say.pausedBefore(told));
      }
      case 'resume': {
        const resumed = await this.scheduling.resume(schedule, by, now);
        return isRefusal(resumed) ? resumed : said(say.resumed(toldTo(by, resumed)));
      }
      case 'run': {
        const run = await this.scheduling.run(schedule, by, now);
        return isRefusal(run) ? run : said(say.asked(told, run));
      }
      case 'remove':
        return (await this.scheduling.remove(schedule, by)) ?? said(say.removed(told));
    }
  }

  /** A change stands in the audit log before it is made. */
  private changed<T>(
    { asker, known }: Ask,
    verb: string,
    { name, owner }: { readonly name?: string; readonly owner: { readonly username: string } },
    change: () => Promise<T | Refusal>,
  ): Promise<T | Refusal> {
    const action = {
      action: `schedules.${verb}`,
      method: known.sender.adapter,
      user: { id: asker.id, username: asker.username },
      resource: { kind: 'schedule', ...(name !== undefined && { name: `${owner.username}/${name}` }) },
      runId: known.key,
    };
    return this.audit.action(action, change, (made) =>
      isRefusal(made) ? { result: 'failed', code: made.code } : { result: 'allowed' },
    );
  }
}

type Verb = 'pause' | 'resume' | 'run' | 'remove';

function isVerb(word: string): word is Verb | 'show' {
  return ['show', 'pause', 'resume', 'run', 'remove'].includes(word);
}

/** `TIMETABLE LINE` and options before, between or behind them: the line is one word, so that its own options are its own. */
function readWritten(words: readonly string[]): WrittenSchedule | Refusal {
  const kept: string[] = [];
  const options: Record<string, string> = {};
  for (let at = 0; at < words.length; at++) {
    const option = /^--(name|missed)(?:=(.*))?$/s.exec(words[at]!);
    if (!option) kept.push(words[at]!);
    else options[option[1]!] = option[2] ?? words[++at] ?? '';
  }
  const [when, line, ...more] = kept;
  if (when === undefined || line === undefined || more.length > 0) return badUsage();
  const { name, missed } = options;
  if (missed !== undefined && missed !== 'skip' && missed !== 'once')
    return refusal('bad-schedule', { fault: 'missed', text: missed });
  const text = line.replace(/^\s*!(?!!)/, '');
  return { when, line: text, ...(name !== undefined && { name }), ...(missed && { missed }) };
}

/** By the name that they can give back. */
function toldTo(by: Scheduler, schedule: Schedule) {
  return { ...toldOf(schedule), name: nameTo(by.username, schedule) };
}

function badUsage(): Refusal {
  return refusal('bad-usage', { usage: builtInHelp.schedule.usage });
}

function schedulerOf({ asker }: Ask): Scheduler {
  const { id, username, scopes, permissions } = asker;
  return { id, username, holds: (permission) => permissions.has(permission), ...(scopes && { scopes }) };
}

/** Where it is made, with the rooms and people that the chat itself told of. */
function placeOf(known: Known): SchedulePlace {
  const { mentions, ...where } = whereSaid(known);
  const { id, name } = known.sender;
  return {
    ...where,
    sender: { id, ...(name !== undefined && { name }) },
    ...(mentions.length > 0 && { mentions }),
  };
}

function said(text: string): Rendered {
  return rendered('succeeded', [{ kind: 'text', text }]);
}
