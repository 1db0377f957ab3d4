import { both, count } from './amounts.js';
import type { ReadFacts } from './read-facts.js';

/** What is said about lines of several stages, aliases, history and places to answer. */
export const pipelineSentences = {
  'takes-no-input': (facts: ReadFacts) =>
    facts.flag('never')
      ? `${facts.text('command') ?? 'this command'} takes no input, so it can only stand first`
      : `${facts.text('command') ?? 'this command'} takes no input. to run it once for each record, use a field in its words: ${facts.text('command') ?? 'command'} $name`,
  'variable-of-all': (facts: ReadFacts) =>
    `${facts.text('command') ?? 'this command'} is run once with all records, so there is no one record to take a field from. to send a $ as it is, put it in single quotes`,
  'not-in-a-pipeline': (facts: ReadFacts) =>
    `${facts.text('name') ?? 'this'} answers by itself and cannot stand in a pipeline or be redirected; send it alone`,
  'unknown-target': (facts: ReadFacts) => {
    const suggestion = facts.text('suggestion');
    const name = facts.text('name') ?? '';
    const hint = suggestion ? ` did you mean ${facts.text('what') === 'room' ? '#' : '@'}${suggestion}?` : '';
    return facts.text('what') === 'room'
      ? `there is no room #${name} that I have been spoken to in;${hint || ' say something to me there first, so that I know it'}`
      : `I do not know who @${name} is in this chat;${hint || ' an administrator can join them to a user: chasqui user map'}`;
  },
  'too-many-records': (facts: ReadFacts) =>
    `${facts.text('command') ?? 'it'} would run ${count(facts.number('records') ?? 0, 'time')}, and at most ${(facts.number('most') ?? 0).toLocaleString('en')} are allowed. put a filter before it: where, head`,
  'output-cut': (facts: ReadFacts) =>
    `${facts.text('command') ?? 'a command'} printed more than is kept (${count(facts.number('droppedBytes') ?? 0, 'byte')} too many), and half a result is not passed on. have it print less, or raise limits: output in its bundle`,
  'output-missing': (facts: ReadFacts) =>
    `${count(facts.number('missingBytes') ?? 0, 'byte')} of what ${facts.text('command') ?? 'a command'} printed did not come, and half a result is not passed on. see what it did, and send the line again if you still want the rest`,
  'output-binary': (facts: ReadFacts) =>
    `${facts.text('command') ?? 'a command'} printed what is not text, and only text and JSON can be passed on`,
  'output-unfit': (facts: ReadFacts) =>
    `record ${facts.number('record') ?? ''} that ${facts.text('command') ?? 'a command'} printed is not what its bundle promises${facts.text('pointer') ? ` at ${facts.text('pointer')}` : ''}: ${facts.text('detail') ?? 'it does not meet output-schema'}`,
  'pipeline-given-up': (facts: ReadFacts) =>
    `${facts.text('command') ?? 'a stage'} was lost and has ended since; what was to come after it was not run, because it is late. send the line again if you still want it`,
  'stage-failed': (facts: ReadFacts) => {
    const [command, said] = [facts.text('command') ?? 'a stage', facts.text('said')];
    if (facts.flag('aborts')) return `${command} ends the line here${said ? `: ${said}` : ''}`;
    return `${command} did not succeed for every record`;
  },
  'alias-loop': (facts: ReadFacts) =>
    `that alias leads back to itself or too far: ${facts.words('path').join(' → ')}. change one of them with alias set`,
  'alias-broken': (facts: ReadFacts) =>
    `the alias ${facts.text('name') ?? ''} stands for a line that cannot be read: ${facts.text('text') ?? ''}. set it again`,
  'alias-redirects': (facts: ReadFacts) =>
    `the alias ${facts.text('name') ?? ''} sends its result elsewhere, so it can only stand at the end of a line`,
  'no-alias': (facts: ReadFacts) =>
    `there is no alias ${facts.text('name') ?? ''}; "alias list" shows those there are`,
  'alias-taken': (facts: ReadFacts) =>
    `${facts.text('name') ?? 'that name'} is ${facts.text('what') ?? 'taken'} already, and an alias does not take its place. choose another name`,
  'alias-secret': (facts: ReadFacts) =>
    `there is a secret in that line, and what an alias stands for is kept and shown in clear. leave it out, and type it behind ${facts.text('name') ?? 'the alias'}`,
  'bad-alias-name': (facts: ReadFacts) =>
    `"${facts.text('name') ?? ''}" cannot be an alias: letters, digits, - and _ only, beginning with a letter, at most 40`,
  'alias-too-long': (facts: ReadFacts) =>
    `${facts.text('name') ?? 'an alias'} can stand for at most ${(facts.number('most') ?? 0).toLocaleString('en')} characters; make the line shorter, or several of it`,
  'too-many-aliases': (facts: ReadFacts) =>
    `there are ${facts.number('most') ?? 'too many'} aliases already; remove one first`,
  'not-permitted': (facts: ReadFacts) =>
    `you need ${facts.text('permission') ?? 'a permission'} for that; an administrator can give it to one of your groups`,
  'scoped-token': () =>
    'a token that is for some permissions only cannot do that; sign in, or use a token without scopes',
  'bad-usage': (facts: ReadFacts) => `usage: ${facts.text('usage') ?? 'help'}`,
  'no-history': () => 'you have run nothing here yet',
  'no-such-run': (facts: ReadFacts) =>
    `there is no run ${facts.text('id') ?? ''} that you may see; "history" lists yours`,
  'nothing-to-cancel': () =>
    'nothing of yours is running here. with an id it can be anywhere: cancel ID; "history | where status=running" shows what runs',
  'no-result': (facts: ReadFacts) => {
    const [id, dropped] = [facts.text('id') ?? '', facts.number('dropped')];
    const why = dropped
      ? `it had ${count(dropped, 'record')} more than are kept. narrow it down in the line itself, with where or head`
      : (whyNoResult[facts.text('status') ?? ''] ??
        `it is not over yet. wait for its end, or see: run show ${id}`);
    return `run ${id} has no result to go on with: ${why}`;
  },
  'line-masked': () => 'that line had a secret in it, which was not kept; type it again',
};

const whyNoResult: Readonly<Record<string, string>> = {
  failed: 'it failed. to run it again: !!',
  'timed-out': 'it took too long. to run it again: !!',
  cancelled: 'it was cancelled. to run it again: !!',
  expired: 'no relay started it in time. to run it again: !!',
  lost: 'its relay fell silent, and how it ended is not known yet. "relays" shows how the relays are',
};

/** Under what a stage printed: what did not come after it. */
export function stageSentence(facts: {
  readonly stage: number;
  readonly stages: number;
  readonly command: string;
  readonly item?: number;
  readonly items?: number;
  readonly notRun: readonly string[];
}): string {
  const { stage, stages, command, item, items = 1, notRun } = facts;
  const which = items > 1 && item !== undefined ? `, ${item} of ${items}` : '';
  const rest = notRun.length > 0 ? `; ${both(notRun)} ${notRun.length > 1 ? 'were' : 'was'} not run` : '';
  return `stage ${stage} of ${stages} (${command}${which}) did not succeed${rest}`;
}

/** Of a stage that went on although some of its items failed. */
export function someFailedSentence(command: string, failed: number, items: number): string {
  return `${command}: ${failed} of ${items} failed and are left out`;
}

/** How far a run of several stages is. */
export function runningStageSentence(facts: {
  readonly command: string;
  readonly relay: string;
  readonly stage: number;
  readonly stages: number;
  readonly done: number;
  readonly items: number;
  readonly runId: string;
}): string {
  const { command, relay, stage, stages, done, items, runId } = facts;
  const far = items > 1 ? `, ${done} of ${items} done` : '';
  return `stage ${stage} of ${stages}: ${command} is running on ${relay}${far}, run ${runId}`;
}

export function deprecatedSentence(facts: {
  readonly command: string;
  readonly successor?: string;
  readonly message?: string;
}): string {
  const next = facts.successor ? `; use ${facts.successor} instead` : '';
  return `${facts.command} is deprecated${next}${facts.message ? `. ${facts.message}` : ''}`;
}

export function redirectedSentence({
  username,
  line,
}: {
  readonly username: string;
  readonly line: string;
}): string {
  return `${username} ran: ${line}`;
}

export function sentToSentence(labels: readonly string[]): string {
  return `sent to ${both(labels)}`;
}
