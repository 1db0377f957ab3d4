import { cpus, loadavg } from 'node:os';
import { overHttp } from './over-http.js';

/** `npm run bench -- --rest`: how quick an authenticated `GET` is. Prints Markdown. Needs wrk; takes a minute and a half, `--quick` a quarter of that. */
export async function benchRest(quick: boolean): Promise<void> {
  const say = (line: string) => process.stdout.write(`${line}\n`);
  say(
    `${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.version}, load ${loadavg()[0]!.toFixed(1)} at the start`,
  );
  say('\n### Authenticated GET over PostgreSQL, wrk on the same machine\n');
  say('| GET | connections | requests/s | p50 (ms) | p99 (ms) | failed |\n|---|---|---|---|---|---|');
  const { figures, check } = await overHttp(quick ? 3 : 12);
  for (const { path, connections, perSecond, p50, p99, failed } of figures)
    say(
      `| \`${path}\` | ${connections} | ${Math.round(perSecond)} | ${p50.toFixed(2)} | ${p99.toFixed(2)} | ${failed} |`,
    );
  say(
    `\nWhose token it is and whether they may, without HTTP: p50 ${check.p50.toFixed(1)} µs, p99 ${check.p99.toFixed(1)} µs.`,
  );
}
