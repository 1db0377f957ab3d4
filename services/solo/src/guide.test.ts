import { execFile } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Bundles } from '@chasqui/api/bundles/bundles.service';
import { GroupsService } from '@chasqui/api/people/groups.service';
import { RolesService } from '@chasqui/api/people/roles.service';
import { readBundle } from '@chasqui/bundles';
import { readPolicy } from '@chasqui/relay/policy';
import { readTemplate } from '@chasqui/replies';
import { createLogger } from '@chasqui/telemetry';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAsShown } from './bundle-tests/as-shown.js';
import { exchanges, guideBlocks, type GuideBlock } from './guide-blocks.fixture.js';
import { localPolicy } from './local-policy.js';
import { openEmbedded } from './open-embedded.js';
import { startRoom, type Room } from './start-room.js';

/*
 * What the guide shows is what happens. Each page has a room of its own, with alice, who may do everything, and bob; with relays fra-1 and
 * ams-1 and solo mode's policy; and a folder of its own. Its blocks happen in their order:
 *
 *   ```transcript          "> " says alice, "bob> " says bob; below stands the answer, to the letter but for "…"
 *   ```console             "$ chasqui …", also with an echo piped into it, is run in the page's folder; below stands what it prints
 *   ```yaml FILE           is written to that file
 *   ```yaml                is a bundle, which is installed and enabled, or a part of one, which is looked at
 *   ```sh                  is not run, but each chasqui command in it must exist, with its options
 *   ```… not-run           is not run
 *   <!-- setup: bundle FILE -->, <!-- setup: bob may ops:read … -->
 */
const root = fileURLToPath(new URL('../../..', import.meta.url));
const guide = join(root, 'docs', 'guide');

/** Pages whose blocks of these kinds are the business of a test of their own. */
const elsewhere: Readonly<Record<string, readonly string[]>> = {
  'templates.md': ['liquid', 'gotemplate', 'json', 'text'],
};

describe.each(globSync('*.md', { cwd: guide }).toSorted())('%s', (name) => {
  const blocks = guideBlocks(readFileSync(join(guide, name), 'utf8')).filter(
    ({ kind, more }) => more !== 'not-run' && !elsewhere[name]?.includes(kind),
  );
  if (blocks.length === 0) return it('shows nothing to be run', () => undefined);
  const page = onPage(blocks.some(({ kind }) => ['transcript', 'console', 'setup'].includes(kind)));
  it.each(blocks)('line $line: $kind', { timeout: 120_000 }, (block) => page.happens(block));
});

/** The page's room, which is there only if something is said in it, and what happens in it. */
function onPage(needsRoom: boolean) {
  let folder: string;
  let bin: string;
  let room: Room | undefined;
  let close = async () => undefined as unknown;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'chasqui-guide-'));
    bin = join(folder, '.bin');
    mkdirSync(bin);
    writeFileSync(
      join(bin, 'chasqui'),
      `#!/bin/sh\nexec '${process.execPath}' '${join(root, 'apps/cli/bin/chasqui.mjs')}' "$@"\n`,
      { mode: 0o755 },
    );
    if (!needsRoom) return;
    const dataSource = await openEmbedded();
    const read = readPolicy(localPolicy);
    if (!('policy' in read)) throw new Error('solo mode has a policy');
    room = await startRoom(
      {
        bundles: [],
        people: { alice: [], bob: [] },
        relays: { 'fra-1': ['dc=fra', 'gpu'], 'ams-1': ['dc=ams'] },
        policy: read.policy,
      },
      { dataSource, logger: createLogger({ service: 'guide', level: 'silent' }) },
    );
    await room.api.get(GroupsService).addMember('admin', 'alice', await administrator(room));
    close = async () => {
      await room!.stop();
      await dataSource.destroy();
    };
  });
  afterAll(async () => {
    await close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { happens };

  async function happens({ kind, more, text }: GuideBlock): Promise<void> {
    switch (kind) {
      case 'transcript':
        return transcript(text);
      case 'console':
        return console(text);
      case 'yaml':
        return more === '' ? bundle(text) : write(more, text);
      case 'sh':
        return existing(text);
      case 'setup':
        return setup(text);
      default:
        throw new Error(`nothing is known of \`\`\`${kind} blocks: use one that is run, or say not-run`);
    }
  }

  async function transcript(text: string): Promise<void> {
    for (const { who, said, answer } of exchanges(text, '>')) {
      await room!.chat.say({ who: who || 'alice', line: said });
      compare(said, answer, (await room!.chat.answer()).text);
    }
  }

  async function console(text: string): Promise<void> {
    for (const { said, answer } of exchanges(text, '$')) {
      expect(said).toMatch(/^(echo '[^']*' \| )?chasqui /);
      compare(said, answer, (await inShell(said)).trimEnd());
    }
  }

  /** Everything that a command line prints, on either stream. */
  function inShell(line: string): Promise<string> {
    const env = {
      PATH: `${bin}:${process.env['PATH']}`,
      NO_COLOR: '1',
      ...(room && { CHASQUI_URL: room.api.url!, CHASQUI_TOKEN: room.api.first.adminToken! }),
    };
    return new Promise((resolve) =>
      execFile('/bin/sh', ['-c', `exec 2>&1; ${line}`], { cwd: folder, env }, (_failed, output) =>
        resolve(output),
      ),
    );
  }

  async function bundle(text: string): Promise<void> {
    if (/^(executables|images):/m.test(text)) return policy(text);
    const isWhole = /^(chasqui|gort)_bundle_version:/m.test(text);
    const source = isWhole ? text : completed(text);
    const { faults } = readBundle(source, { readTemplate });
    const leftOut = isWhole ? [] : ['no-rules'];
    expect(faults.filter(({ severity, code }) => severity === 'error' && !leftOut.includes(code))).toEqual(
      [],
    );
    if (isWhole && room)
      await room.api.get(Bundles).install(source, 'the guide', { enable: true, force: true });
  }

  function policy(text: string): void {
    expect(readPolicy(text)).not.toHaveProperty('faults');
  }

  async function setup(text: string): Promise<void> {
    const [first, second, ...rest] = text.split(' ');
    if (first === 'bundle') return bundle(readFileSync(join(root, second!), 'utf8'));
    if (second !== 'may') throw new Error(`this setup is not understood: ${text}`);
    const giver = await administrator(room!);
    for (const permission of rest) await room!.api.get(RolesService).grant(first!, { permission }, giver);
  }

  function write(file: string, text: string): void {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), `${text}\n`);
  }

  /** Each chasqui command of a block exists, and has the options that it is shown with. */
  async function existing(text: string): Promise<void> {
    for (const line of text.split('\n').filter((each) => each.startsWith('chasqui '))) {
      const words = line
        .replace(/\s+#.*$/, '')
        .split(/\s+/)
        .slice(1);
      const end = words.findIndex((word) => !/^[a-z][a-z-]*$/.test(word));
      const names = words.slice(0, end < 0 ? undefined : end);
      const help = await inShell(`chasqui ${names.join(' ')} --help`);
      expect(help, line).toMatch(/^Usage: chasqui \S+ /);
      for (const option of words.filter((word) => /^--[a-z]/.test(word)))
        expect(`${help} --json --url --token-file --profile`, line).toContain(option.split('=')[0]);
    }
  }
}

function compare(said: string, shown: string, text: string): void {
  if (!isAsShown(shown, text)) expect(`${said}\n${text}`).toBe(`${said}\n${shown}`);
}

/** A part of a bundle, or of a command, with what it leaves out. */
function completed(part: string): string {
  const text = /^rules:/m.test(part)
    ? `commands:\n  part:\n    executable: [/bin/true]\n${part.replace(/^(?=.)/gm, '    ')}`
    : part;
  const said = (key: string) => new RegExp(`^${key}:`, 'm').test(text);
  const head: [string, string][] = [
    ['chasqui_bundle_version', '1'],
    ['name', 'part'],
    ['version', '1.0.0'],
    ['description', 'A part'],
    ['commands', '{ nothing: { executable: [/bin/true], rules: [allow] } }'],
  ];
  return head.flatMap(([key, value]) => (said(key) ? [] : [`${key}: ${value}\n`])).join('') + text;
}

/** Who gives people their rights here. */
async function administrator({ api }: Room): Promise<{ id: string }> {
  const [admin] = await api
    .get(DataSource)
    .query<[{ id: string }]>(`select id from users where username = 'admin'`);
  return admin;
}
