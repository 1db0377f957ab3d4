import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { freshDatabase, startPostgres } from '@chasqui/testbed';
import { startChild, stopChild } from './child.js';
import { benchBundle } from './load.js';
import type { TokenCheck } from './token-check.js';

const token = 'the-token-of-the-benchmarks-administrator';

/** How one address answers to so many connections. */
export interface HttpFigures {
  readonly path: string;
  readonly connections: number;
  readonly perSecond: number;
  /** In milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Answers other than a success. */
  readonly failed: number;
}

/**
 * Authenticated `GET` of a user and of a bundle over a warm server on PostgreSQL, with wrk, which shares the machine.
 * @throws Error where there is no wrk
 */
export async function overHttp(
  seconds: number,
): Promise<{ figures: readonly HttpFigures[]; check: TokenCheck }> {
  const postgres = await startPostgres();
  const database = await freshDatabase(postgres.url);
  const api = await startChild(
    new URL('./rest-process.js', import.meta.url).pathname,
    {
      NODE_ENV: 'production',
      KAFKA_BROKERS: 'none:1',
      DATABASE_URL: database.url,
      CHASQUI_SECRET_KEY: '11'.repeat(32),
      CHASQUI_BENCH_TOKEN: token,
      CHASQUI_HTTP_PORT: '0',
    },
    /api ready/,
  );
  try {
    const url = /"url":"([^"]+)"/.exec(api.said)![1]!;
    await prepare(url);
    const figures: HttpFigures[] = [];
    for (const path of ['/users/ben', '/bundles/bench']) {
      await measure(url, path, 16, Math.min(seconds, 3));
      for (const connections of [1, 16, 64]) figures.push(await measure(url, path, connections, seconds));
    }
    const check = new Promise<TokenCheck>((resolve) =>
      api.child.once('message', (took) => resolve(took as TokenCheck)),
    );
    api.child.send('check the token');
    return { figures, check: await check };
  } finally {
    await stopChild(api.child);
    await database.drop();
    await postgres.stop();
  }
}

async function prepare(url: string): Promise<void> {
  for (const [path, body] of [
    ['/bundles', { source: benchBundle, enable: true }],
    ['/users', { username: 'ben', email: 'ben@example.org', fullName: 'Ben Example' }],
  ] as const) {
    const answer = await fetch(url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`POST ${path}: ${await answer.text()}`);
  }
}

async function measure(
  url: string,
  path: string,
  connections: number,
  seconds: number,
): Promise<HttpFigures> {
  const { stdout } = await promisify(execFile)('wrk', [
    `--connections=${connections}`,
    '--threads=1',
    `--duration=${seconds}s`,
    '--latency',
    `--header=Authorization: Bearer ${token}`,
    url + path,
  ]);
  const number = (pattern: RegExp) => Number(pattern.exec(stdout)?.[1] ?? 0);
  return {
    path,
    connections,
    perSecond: number(/Requests\/sec:\s+([\d.]+)/),
    p50: milliseconds(/50%\s+([\d.]+)(us|ms|s)/.exec(stdout)),
    p99: milliseconds(/99%\s+([\d.]+)(us|ms|s)/.exec(stdout)),
    failed: number(/Non-2xx or 3xx responses: (\d+)/),
  };
}

function milliseconds(said: RegExpExecArray | null): number {
  const factor = { us: 0.001, ms: 1, s: 1_000 }[said?.[2] ?? 'ms']!;
  return Number(said?.[1] ?? Number.NaN) * factor;
}
