import { spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const settings = fileURLToPath(new URL('schemathesis.toml', import.meta.url));

/** The program, where `.ci/run` puts it or on the PATH; undefined where it is missing. */
export function schemathesis(): string | undefined {
  const folders = [join(root, '.cache', 'python', 'bin'), ...(process.env['PATH'] ?? '').split(delimiter)];
  return folders.map((folder) => join(folder, 'schemathesis')).find(isExecutable);
}

/**
 * Sends an API whatever its OpenAPI document allows and much that it does not, the same at every run, and looks at each answer: no 500, no status
 * and no shape that is not described, nothing without the token that needs one. Resolves to what it has to say.
 * @param options of `schemathesis run`, without their dashes
 */
export async function runSchemathesis(
  program: string,
  url: string,
  options: Readonly<Record<string, string>>,
): Promise<{ readonly ok: boolean; readonly output: string }> {
  const cwd = mkdtempSync(join(tmpdir(), 'chasqui-schemathesis-'));
  const given = Object.entries({ ...always, ...options }).map(([name, value]) => `--${name}=${value}`);
  const words = [`--config-file=${settings}`, 'run', `${url}/openapi.json`, ...flags, ...given];
  try {
    return await new Promise((resolve, reject) => {
      const child = spawn(program, words, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
      let output = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (part: Buffer) => (output += part.toString()));
      child.on('error', reject);
      child.on('close', (code) => resolve({ ok: code === 0, output }));
    });
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

const flags = ['--generation-deterministic', '--no-color', '--continue-on-failure'];
/** A NUL is refused wherever it stands, which no schema says; other tests send it. */
const always = { warnings: 'off', 'generation-allow-x00': 'false' };

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
