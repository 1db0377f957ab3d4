// What `npm start`, `npm test` and `npm run bench` need before anything else. Any Node from 18 on can run it.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
const modules = join(root, 'node_modules');

/**
 * Sees to it that everything is installed and built, quickly where it is, and returns the path of a Node 24 or later. Throws an
 * error with one sentence for the person where that cannot be had.
 */
export async function prepare({ say }) {
  await install(say);
  const node = newNode();
  await build(node, say);
  return node;
}

/** Ends with the exit code. Nothing that runs here can wait for an answer, and standard output stays the product's own. */
export function run(program, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: root, stdio: ['ignore', 2, 2], ...options });
    child.once('error', reject).once('exit', (code) => resolve(code ?? 1));
  });
}

async function install(say) {
  if (mtime(join(modules, '.package-lock.json')) >= mtime(join(root, 'package-lock.json'))) return;
  say('Installing what Chasqui stands on (a minute, only this once) …');
  const cli = process.env.npm_execpath ?? '';
  const npm = cli.endsWith('npm-cli.js') ? [process.execPath, cli] : ['npm'];
  const args = [...npm.slice(1), 'ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  if ((await run(npm[0], args)) !== 0) throw new Error('Installing failed: npm says why, above.');
}

/** The Node that npm brought, unless this one is new enough. */
function newNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 24 || (major === 24 && minor >= 16)) return process.execPath;
  const brought = join(modules, '.bin', 'node');
  if (existsSync(brought)) return brought;
  throw new Error(
    `Chasqui runs on Node 24.16 or later; this is ${process.version}, and npm has no newer one for ${process.platform} on ${process.arch}. Please install Node 24.`,
  );
}

/** `tsc -b` finds out by itself that nothing changed, but takes half a second for it. */
async function build(node, say) {
  const stampFile = join(root, '.cache', 'built');
  const { stamp, built } = sources();
  if (built && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  say('Building …');
  const code = await run(node, [join(modules, 'typescript', 'bin', 'tsc'), '-b']);
  if (code !== 0) throw new Error('Building failed: the compiler says why, above.');
  if (emptyDatabaseIsOld()) {
    say('Preparing the embedded database …');
    await run(node, [join(root, 'services', 'solo', 'dist', 'make-empty-database.js')]);
  }
  mkdirSync(join(root, '.cache'), { recursive: true });
  writeFileSync(stampFile, stamp);
}

/** What a new embedded database starts from holds the tables of some migrations: all there were when it was made. */
function emptyDatabaseIsOld() {
  const made = join(root, 'services', 'solo', 'dist', 'empty-database.tar.gz');
  const migrations = join(root, 'services', 'api', 'dist', 'migrations');
  if (!existsSync(made)) return true;
  return readdirSync(migrations).some((name) => mtime(join(migrations, name)) > mtime(made));
}

/** A stamp that changes whenever a source does, and whether every package was built at all. */
function sources() {
  const hash = createHash('sha256');
  const note = (file) => hash.update(`${file} ${mtime(file)}\n`);
  let built = true;
  for (const file of ['package-lock.json', 'tsconfig.json', 'tsconfig.base.json']) note(join(root, file));
  for (const folder of packages()) {
    for (const name of ['package.json', 'tsconfig.json']) note(join(folder, name));
    const names = readdirSync(join(folder, 'src'), { recursive: true }).filter((name) =>
      /(?<!\.test|\.contract|\.fixture)\.ts$/.test(name),
    );
    for (const name of names.sort((a, b) => (a < b ? -1 : 1))) note(join(folder, 'src', name));
    if (names.length > 0) built &&= existsSync(join(folder, 'dist', '.tsbuildinfo'));
  }
  return { stamp: hash.digest('hex'), built };
}

/** The folders that the root `tsconfig.json` builds. */
function packages() {
  const { references } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8'));
  return references.map(({ path }) => join(root, path));
}

/** In milliseconds since the epoch; 0 for what is not there. */
function mtime(file) {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
