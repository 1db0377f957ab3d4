import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { SiteRulesFile } from '@chasqui/bundles/policy-tests';
import { readBundleFile } from '../bundles/read-bundle-file.js';
import { apiClient, type ApiClient } from '../server/api-client.js';
import { exitCodes, Stop } from '../stop.js';

/** What is there in a Chasqui that is started for a test alone. */
export interface WorldPlan {
  /** Bundle files. */
  readonly bundles: readonly string[];
  readonly sites: readonly SiteRulesFile[];
  readonly relays: Readonly<Record<string, readonly string[]>>;
}

/** A Chasqui in a process of its own, with nothing in it but this; `use` is given the way to it, and then it ends. */
export async function inPolicyWorld<T>(plan: WorldPlan, use: (api: ApiClient) => Promise<T>): Promise<T> {
  const { spawn } = process.getBuiltinModule('node:child_process');
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program()], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  try {
    child.stdin.write(`${JSON.stringify({ relays: plan.relays })}\n`);
    const { url, token } = await begun(child.stdout, ended);
    const api = apiClient({ url: new URL(url), token });
    await furnish(api, plan);
    return await use(api);
  } finally {
    child.stdin.end();
    await ended;
  }
}

async function furnish(api: ApiClient, { bundles, sites }: WorldPlan): Promise<void> {
  for (const file of bundles)
    await api.post('/bundles', { source: await readBundleFile(file), enable: true });
  for (const { rules, protected: selectors } of sites) {
    for (const rule of rules) await api.post('/site-rules', rule);
    for (const selector of selectors) await api.post('/protected-relays', { selector });
  }
}

async function begun(
  stdout: NodeJS.ReadableStream,
  ended: Promise<void>,
): Promise<{ readonly url: string; readonly token: string }> {
  let text = '';
  const line = new Promise<string>((resolve) => {
    stdout.setEncoding('utf8').on('data', (more: string) => {
      text += more;
      if (text.includes('\n')) resolve(text);
    });
  });
  const first = await Promise.race([line, ended]);
  if (first === undefined) throw new Stop('the Chasqui to test with did not start');
  return JSON.parse(first) as { url: string; token: string };
}

/** The program that is it. */
function program(): string {
  const missing = new Stop(
    'solo mode is not installed here, and policies are tried in it; run this where all of Chasqui is, and built, or against a server',
    exitCodes.unreachable,
  );
  try {
    const file = fileURLToPath(import.meta.resolve('@chasqui/solo/policy-world'));
    if (existsSync(file)) return file;
  } catch {
    throw missing;
  }
  throw missing;
}
