import { cpus, loadavg } from 'node:os';
import { newEntry } from '@chasqui/api/audit/new-entry';
import { commandEntry } from '@chasqui/api/audit/command-entry';
import { Sealer } from '@chasqui/api/audit/sealer.service';
import { writeEntries } from '@chasqui/api/audit/write-entries';
import { executionFor } from '@chasqui/api/commands/order-for';
import type { CommandStage } from '@chasqui/api/commands/plan';
import { openDatabase } from '@chasqui/api/database';
import { Events } from '@chasqui/api/events';
import { newId } from '@chasqui/api/ids';
import { finish, type Ending } from '@chasqui/api/runs/finish';
import { fromRows } from '@chasqui/api/runs/open-execution';
import { record } from '@chasqui/api/runs/record';
import type { ExecutionRow, RunRow } from '@chasqui/api/runs/run-row';
import { createLogger } from '@chasqui/telemetry';
import { freshDatabase, startPostgres } from '@chasqui/testbed';
import { percentile } from './marks.js';

type Db = Awaited<ReturnType<typeof openDatabase>>;

/** `npm run bench -- --audit`: what the audit log costs a command, and how quickly it is sealed. Prints Markdown. Takes half a minute. */
export async function benchAudit(quick: boolean): Promise<void> {
  const say = (line: string) => process.stdout.write(`${line}\n`);
  say(
    `${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.version}, load ${loadavg()[0]!.toFixed(1)} at the start`,
  );
  const server = await startPostgres();
  const fresh = await freshDatabase(server.url);
  const db = await openDatabase({ url: fresh.url, connections: 4 }, () => undefined);
  try {
    const pairs = quick ? 150 : 1_500;
    const { withIt, without } = await inPairs(db, pairs);
    say(
      `\n### The two statements that write a command down, in ${pairs} pairs with and without its audit entries\n`,
    );
    say('| | p50 (ms) | p95 (ms) |\n|---|---|---|');
    for (const [what, times] of [
      ['with', withIt],
      ['without', without],
    ] as const)
      say(`| ${what} | ${percentile(times, 0.5).toFixed(2)} | ${percentile(times, 0.95).toFixed(2)} |`);
    const each = withIt.map((time, at) => time - without[at]!);
    say(`\nThe difference of a pair: p50 ${percentile(each, 0.5).toFixed(2)} ms.`);
    const entries = quick ? 5_000 : 40_000;
    say(
      `\nSealing: ${Math.round(await sealed(db, entries)).toLocaleString('en')} entries a second, of ${entries.toLocaleString('en')}.`,
    );
  } finally {
    await db.destroy();
    await fresh.drop();
    await server.stop();
  }
}

/** One command with and one without, in turn, so that what else happens on the machine happens to both. */
async function inPairs(db: Db, pairs: number): Promise<{ withIt: number[]; without: number[] }> {
  const bare = withoutAudit(db);
  const withIt: number[] = [];
  const without: number[] = [];
  for (let pair = 0; pair < pairs + 50; pair++) {
    const first = pair % 2 === 0;
    const times = new Map<Db, number>();
    for (const one of first ? [db, bare] : [bare, db]) times.set(one, await command(one));
    if (pair < 50) continue;
    withIt.push(times.get(db)!);
    without.push(times.get(bare)!);
  }
  return { withIt, without };
}

/** Records a run and ends it. Answers with the milliseconds that took. */
async function command(db: Db): Promise<number> {
  const now = Date.now();
  const run = runRow(now);
  const execution = executionRow(run, now);
  const decided = {
    decision: { kind: 'refused', judged: [rule], drafts: [] },
    known: { now },
    asked: {},
    executions: [],
  };
  const audit = commandEntry(run, decided as never);
  const open = fromRows(execution, run);
  const end = { who: 'relay', event: 'succeeded', end: { kind: 'exited', exitCode: 0 }, exitCode: 0 };
  const ending = {
    open,
    end: { ...end, chunks: [{ seq: 0, stream: 'stdout', text: 'done\n' }], outputBytes: 5, droppedBytes: 0 },
    from: ['accepted', 'running'],
    to: 'succeeded',
    reply: { mark: 'succeeded', text: 'done', blocks: [] },
    seq: 1_000_000,
    outbox: [],
    at: now + 5,
  } as unknown as Ending;
  const since = performance.now();
  await record(db, [{ run, executions: [execution], outbox: [], audit }]);
  await finish(db, [ending]);
  return performance.now() - since;
}

/** The same database, whose statements leave the audit log out. */
function withoutAudit(db: Db): Db {
  return {
    query: ({ name, text }: { name: string; text: string }, values: unknown[]) => {
      const cut = text.replace(
        /, audited as \([\s\S]*?insert into audit_unsealed select id from audited\s*\)/,
        '',
      );
      const used = Math.max(...[...cut.matchAll(/\$(\d)/g)].map(([, n]) => Number(n)));
      return db.query({ name: `${name} bare`, text: cut } as unknown as string, values.slice(0, used));
    },
  } as unknown as Db;
}

async function sealed(db: Db, entries: number): Promise<number> {
  const config = { secretKey: Buffer.alloc(32, 7) } as never;
  const sealer = new Sealer(db, new Events(createLogger({ service: 'bench', level: 'silent' })), config);
  await sealer.onApplicationShutdown();
  await sealer.seal();
  const content = {
    action: 'users.change',
    method: 'api',
    user: { username: 'ann' },
    details: { email: 'a@b.c' },
  };
  for (let written = 0; written < entries; written += 500) {
    const some = Array.from({ length: 500 }, () => newEntry('action', newId(), 0, content, Date.now()));
    await writeEntries(db, some);
  }
  const since = performance.now();
  await sealer.seal();
  return entries / ((performance.now() - since) / 1_000);
}

const rule = {
  command: 'ops:restart',
  rule: 'must have ops:write',
  from: 'bundle',
  held: true,
  satisfied: true,
};

function runRow(now: number): RunRow {
  const id = newId();
  return {
    id,
    message_key: id,
    line: 'ops:restart web --on dc=fra',
    status: 'accepted',
    code: null,
    facts: null,
    user_id: id,
    username: 'ann',
    user_email: 'ann@example.org',
    adapter: 'slack',
    workspace: 'T1',
    room: 'C1',
    room_name: 'ops',
    thread: null,
    sender: 'U1',
    in_reply_to: id,
    bundle: 'ops',
    command: 'restart',
    version: '1.0.0',
    relay: 'fra-1',
    selector: 'dc=fra',
    exit_code: null,
    accepted_at: new Date(now).toISOString(),
    started_at: null,
    finished_at: null,
    reply_seq: 0,
    reply: null,
    plan: null,
    staged: false,
    result: null,
    expanded: null,
    masked: false,
    scopes: null,
    cancel_requested_at: null,
    cancel_requested_by: null,
    schedule: null,
  };
}

function executionRow({ id }: RunRow, now: number): ExecutionRow {
  const stage = { command: {}, relay: 'fra-1' } as CommandStage;
  const times = { startWithinMs: 60_000, commandTimeoutMs: 60_000 };
  return executionFor(id, stage, { stage: 0, item: 0 }, 'accepted', now, times);
}
