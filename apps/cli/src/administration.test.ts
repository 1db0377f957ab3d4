import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { chasqui } from '../test/chasqui.js';
import { pretendServer, type Answer } from '../test/pretend-server.js';

const folder = mkdtempSync(join(tmpdir(), 'chasqui-admin-'));
afterAll(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, 'b.yaml'), 'name: x\n');

const when = '2026-01-01T00:00:00.000Z';
const ann = {
  id: 'u1',
  username: 'ann',
  email: 'a@x',
  fullName: 'Ann A',
  active: true,
  groups: ['ops', 'dev'],
  createdAt: when,
  identities: [{ adapter: 'slack', workspace: 'T1', id: 'U1' }],
};
const summary = {
  name: 'ops',
  version: '1.9.0',
  description: 'd',
  enabled: false,
  installedAt: when,
  installedBy: 'ann',
  sha256: 'ff',
  commands: ['restart', 'status'],
};
const siteRule = {
  name: 'freeze',
  on: 'ops:*',
  rule: 'deny',
  enabled: true,
  createdAt: '2026-11-22T08:00:00Z',
  createdBy: 'admin',
  changedAt: '2026-11-22T08:00:00Z',
  changedBy: 'admin',
};
const tokens = [
  { createdAt: when, inUse: true, usedSince: when, lastUsedAt: when },
  { createdAt: when, inUse: false, until: '2026-01-02T00:00:00.000Z' },
];
const adapter = { name: 'slack', state: 'active', workspaces: ['T1'], createdAt: when, tokens };
const relay = {
  name: 'fra-1',
  tags: ['dc=fra', 'gpu'],
  state: 'online',
  since: when,
  drivers: ['docker'],
  inFlight: 1,
  slots: 4,
  version: '0.1.0',
};
const run = {
  id: 'r1',
  line: 'ops:restart web',
  status: 'failed',
  exitCode: 3,
  adapter: 'slack',
  acceptedAt: when,
  user: ann,
  relay: 'fra-1',
};

const port = {
  bundle: 'ops',
  key: 'PORT',
  layer: 'bundle',
  secret: false,
  changedAt: when,
  changedBy: 'ann',
};
const kept = { key: 'a1', type: 'text', bytes: 3, version: '7', changedAt: when, changedByRun: 'r1' };

/** Arguments, what the server must be asked (the last of it with a body), what it answers, and what is printed. */
const table: [
  args: string[],
  asked: [what: string, body?: unknown][],
  answers: Answer[],
  stdout: string | RegExp,
][] = [
  [
    ['user', 'list'],
    [['GET /users']],
    [[200, { users: [ann] }]],
    'USERNAME  EMAIL  NAME   ACTIVE  GROUPS\nann       a@x    Ann A  yes     ops dev\n',
  ],
  [['user', 'list'], [['GET /users']], [[200, { users: [] }]], 'none\n'],
  [['user', 'show', 'ann'], [['GET /users/ann']], [[200, ann]], /^username: ann\n.*\nchats: +slack T1 U1\n/s],
  [['user', 'show', 'a/b?'], [['GET /users/a%2Fb%3F']], [[200, ann]], /ann/],
  [
    ['user', 'create', 'ann', '--email', 'a@x', '--name', 'Ann A'],
    [['POST /users', { username: 'ann', email: 'a@x', fullName: 'Ann A' }]],
    [[201, ann]],
    /^username: ann\n/,
  ],
  [['user', 'update', 'ann', '--inactive'], [['PATCH /users/ann', { active: false }]], [[200, ann]], /ann/],
  [
    ['user', 'update', 'ann', '--active', '--name', ''],
    [['PATCH /users/ann', { active: true, fullName: '' }]],
    [[200, ann]],
    /ann/,
  ],
  [['user', 'delete', 'ann'], [['DELETE /users/ann']], [[204]], 'ann is deleted\n'],
  [
    ['user', 'map', 'ann', 'slack', 'U1', '--workspace', 'T1'],
    [['PUT /users/ann/identities/slack', { id: 'U1', workspace: 'T1' }]],
    [[200, ann]],
    /slack T1 U1/,
  ],
  [
    ['user', 'unmap', 'ann', 'slack'],
    [['DELETE /users/ann/identities/slack']],
    [[204]],
    'ann is nobody in slack now\n',
  ],
  [
    ['user', 'unmap', 'ann', 'slack', '--workspace', 'T1'],
    [['DELETE /users/ann/identities/slack?workspace=T1']],
    [[204]],
    'ann is nobody in slack (workspace T1) now\n',
  ],
  [
    ['user', 'token', 'ann', 'laptop'],
    [['POST /users/ann/tokens', { name: 'laptop' }]],
    [[201, { name: 'laptop', token: 'chq.secret' }]],
    'chq.secret\n',
  ],
  [
    ['user', 'token', 'ann', 'laptop', '--expires', '2999-01-01'],
    [['POST /users/ann/tokens', { name: 'laptop', expiresAt: '2999-01-01T00:00:00.000Z' }]],
    [[201, { name: 'laptop', token: 'chq.secret', expiresAt: '2999-01-01T00:00:00.000Z' }]],
    'chq.secret\n',
  ],
  [
    ['user', 'create', 'ci', '--service', '--name', 'deploys'],
    [['POST /users', { username: 'ci', fullName: 'deploys', kind: 'service' }]],
    [[201, { ...ann, kind: 'service', email: '' }]],
    /^kind: +service account$/m,
  ],
  [
    ['token', 'create', 'laptop', '--scope', 'ops:read', 'chasqui:read-runs', '--expires', '2999-01-01'],
    [
      ['GET /me'],
      [
        'POST /users/ann/tokens',
        { name: 'laptop', expiresAt: '2999-01-01T00:00:00.000Z', scopes: ['ops:read', 'chasqui:read-runs'] },
      ],
    ],
    [
      [200, { user: ann }],
      [201, { name: 'laptop', token: 'chq.secret', expiresAt: '2999-01-01T00:00:00.000Z' }],
    ],
    'chq.secret\n',
  ],
  [
    ['token', 'create', 'deploy', '--user', 'ci'],
    [['POST /users/ci/tokens', { name: 'deploy' }]],
    [[201, { name: 'deploy', token: 'chq.secret' }]],
    'chq.secret\n',
  ],
  [
    ['token', 'list', '--user', 'ci'],
    [['GET /users/ci/tokens']],
    [
      [
        200,
        {
          tokens: [
            { name: 'a', prefix: 'chq_1234', createdAt: when, createdBy: 'ann' },
            {
              name: 'b',
              prefix: 'chq_5678',
              createdAt: when,
              scopes: ['ops:read'],
              expiresAt: when,
              lastUsedAt: when,
            },
          ],
        },
      ],
    ],
    /^a +chq_1234… +everything +never +never +ann\nb +chq_5678… +ops:read +2026-01-01T00:00:00.000Z +2026/m,
  ],
  [
    ['token', 'revoke', 'laptop'],
    [['GET /me'], ['DELETE /users/ann/tokens/laptop']],
    [[200, { user: ann }], [204]],
    'laptop of ann is revoked\n',
  ],
  [
    ['role', 'grant', 'deployers', 'relay:use', '--relay', 'env=prod,gpu'],
    [['PUT /roles/deployers/permissions/relay%3Ause?relay=env%3Dprod%2Cgpu']],
    [[200, {}]],
    'grant deployers relay:use: done\n',
  ],
  [
    ['role', 'revoke', 'deployers', 'chasqui:manage-bundles', '--bundle', 'ops'],
    [['DELETE /roles/deployers/permissions/chasqui%3Amanage-bundles?bundle=ops']],
    [[204]],
    'revoke deployers chasqui:manage-bundles: done\n',
  ],
  [
    ['role', 'show', 'deployers'],
    [['GET /roles/deployers']],
    [
      [
        200,
        {
          name: 'deployers',
          permissions: ['ops:read'],
          limited: [{ permission: 'relay:use', of: 'relay', what: 'env=prod' }],
        },
      ],
    ],
    'role:        deployers\npermissions: ops:read, relay:use (relay env=prod)\n',
  ],
  [
    ['permission', 'create', 'site:oncall', '--description', 'is on call'],
    [['POST /permissions', { name: 'site:oncall', description: 'is on call' }]],
    [[201, { name: 'site:oncall', from: 'site' }]],
    'site:oncall is there; give it to a role: chasqui role grant ROLE site:oncall\n',
  ],
  [
    ['permission', 'delete', 'site:oncall'],
    [['DELETE /permissions/site%3Aoncall']],
    [[204]],
    'site:oncall is deleted\n',
  ],
  [
    ['group', 'list'],
    [['GET /groups']],
    [[200, { groups: [{ name: 'ops', members: ['ann', 'bob'], roles: [] }] }]],
    'GROUP  MEMBERS  ROLES\nops    ann bob  -\n',
  ],
  [
    ['group', 'create', 'ops'],
    [['POST /groups', { name: 'ops' }]],
    [[201, { name: 'ops', members: [], roles: [] }]],
    'group:   ops\nmembers: nobody\nroles:   none\n',
  ],
  [
    ['group', 'add', 'ops', 'ann', 'bob'],
    [['PUT /groups/ops/members/ann'], ['PUT /groups/ops/members/bob']],
    [[204], [204]],
    'add ops ann: done\nadd ops bob: done\n',
  ],
  [
    ['group', 'remove', 'ops', 'ann'],
    [['DELETE /groups/ops/members/ann']],
    [[204]],
    'remove ops ann: done\n',
  ],
  [
    ['group', 'grant', 'ops', 'operator'],
    [['PUT /groups/ops/roles/operator']],
    [[204]],
    'grant ops operator: done\n',
  ],
  [
    ['group', 'revoke', 'ops', 'operator'],
    [['DELETE /groups/ops/roles/operator']],
    [[204]],
    'revoke ops operator: done\n',
  ],
  [['group', 'delete', 'ops'], [['DELETE /groups/ops']], [[204]], 'ops is deleted\n'],
  [
    ['role', 'list'],
    [['GET /roles']],
    [[200, { roles: [{ name: 'operator', permissions: ['ops:read'] }] }]],
    'ROLE      PERMISSIONS\noperator  ops:read\n',
  ],
  [
    ['role', 'create', 'operator'],
    [['POST /roles', { name: 'operator' }]],
    [[201, { name: 'operator', permissions: [] }]],
    'role:        operator\npermissions: none\n',
  ],
  [
    ['role', 'grant', 'operator', 'ops:read'],
    [['PUT /roles/operator/permissions/ops%3Aread']],
    [[204]],
    'grant operator ops:read: done\n',
  ],
  [
    ['role', 'revoke', 'operator', 'ops:read'],
    [['DELETE /roles/operator/permissions/ops%3Aread']],
    [[204]],
    'revoke operator ops:read: done\n',
  ],
  [
    ['permission', 'list'],
    [['GET /permissions']],
    [[200, { permissions: [{ name: 'ops:read', from: 'ops 1.0.0' }] }]],
    'PERMISSION  FROM       DESCRIPTION\nops:read    ops 1.0.0  -\n',
  ],
  [
    ['rule', 'add', 'freeze', 'deny', '--on', 'ops:*', '--disabled'],
    [['POST /site-rules', { name: 'freeze', rule: 'deny', on: 'ops:*', enabled: false }]],
    [[201, { rule: { ...siteRule, enabled: false }, warnings: [] }]],
    'freeze is added: on ops:*, deny\n',
  ],
  [
    ['rule', 'change', 'freeze', '--rule', 'ops:restart deny'],
    [['PATCH /site-rules/freeze', { rule: 'ops:restart deny' }]],
    [[200, { rule: { ...siteRule, rule: 'ops:restart deny', on: 'ops:restart' }, warnings: [] }]],
    'freeze is changed: on ops:restart, ops:restart deny\n',
  ],
  [
    ['rule', 'enable', 'freeze'],
    [['PATCH /site-rules/freeze', { enabled: true }]],
    [[200, { rule: siteRule, warnings: [] }]],
    'freeze is enabled: on ops:*, deny\n',
  ],
  [
    ['rule', 'list'],
    [['GET /site-rules']],
    [[200, { rules: [] }]],
    'the site has no rules of its own; "chasqui rule add" adds one\n',
  ],
  [['rule', 'remove', 'freeze'], [['DELETE /site-rules/freeze']], [[204]], 'the site rule freeze is gone\n'],
  [
    ['relay', 'protect', 'env=prod'],
    [['POST /protected-relays', { selector: 'env=prod' }]],
    [[201, { selector: 'env=prod', relays: [], protectedAt: '2026-11-22T08:00:00Z', protectedBy: 'admin' }]],
    'relays with env=prod are protected: none so far\n',
  ],
  [
    ['relay', 'unprotect', 'env in (a,b)'],
    [['DELETE /protected-relays/env%20in%20(a%2Cb)']],
    [[204]],
    'relays with env in (a,b) are protected no more\n',
  ],
  [
    ['relay', 'protected'],
    [['GET /protected-relays']],
    [[200, { protected: [] }]],
    'no relays are protected; "chasqui relay protect" protects some\n',
  ],
  [
    ['relay', 'list'],
    [['GET /relays']],
    [[200, { relays: [relay] }]],
    /^RELAY +STATE .*\nfra-1 +online +\d+d +dc=fra gpu +docker +1\/4\n$/,
  ],
  [['relay', 'show', 'fra-1'], [['GET /relays/fra-1']], [[200, relay]], /running: +1 of 4/],
  [
    ['relay', 'create', 'fra-1', '--tag', 'dc=fra', '--tag', 'gpu'],
    [['POST /relays', { name: 'fra-1', tags: ['dc=fra', 'gpu'] }]],
    [[201, { relay, token: 'chq-relay.fra-1.x' }]],
    'chq-relay.fra-1.x\n',
  ],
  [
    ['relay', 'rotate', 'fra-1', '--overlap', '1h'],
    [['POST /relays/fra-1/rotate', { overlap: '1h' }]],
    [[200, { relay, token: 'chq-relay.fra-1.y' }]],
    'chq-relay.fra-1.y\n',
  ],
  [
    ['relay', 'show', 'fra-1'],
    [['GET /relays/fra-1']],
    [[200, { ...relay, tokens }]],
    /token: +made \d+d ago, used since 2026-01-01T00:00:00.000Z; the old one stops 2026-01-02T00:00:00.000Z\n/,
  ],
  [['relay', 'revoke', 'fra-1'], [['POST /relays/fra-1/revoke', {}]], [[200, relay]], 'fra-1 is revoked\n'],
  [
    ['relay', 'disable', 'fra-1'],
    [['POST /relays/fra-1/disable', {}]],
    [[200, relay]],
    'fra-1 is disabled\n',
  ],
  [['relay', 'enable', 'fra-1'], [['POST /relays/fra-1/enable', {}]], [[200, relay]], 'fra-1 is enabled\n'],
  [
    ['adapter', 'list'],
    [['GET /adapters']],
    [[200, { adapters: [adapter] }]],
    /^ADAPTER +STATE +WORKSPACES .*\nslack +active +T1 +2 +made \d+d ago, used since/,
  ],
  [
    ['adapter', 'create', 'slack', '--workspace', 'T1'],
    [['POST /adapters', { name: 'slack', workspaces: ['T1'] }]],
    [[201, { adapter, token: 'chq-adapter.slack.x' }]],
    'chq-adapter.slack.x\n',
  ],
  [
    ['adapter', 'rotate', 'slack'],
    [['POST /adapters/slack/rotate', { overlap: '24h' }]],
    [[200, { adapter, token: 'chq-adapter.slack.y' }]],
    'chq-adapter.slack.y\n',
  ],
  [
    ['adapter', 'revoke', 'slack'],
    [['POST /adapters/slack/revoke', {}]],
    [[200, adapter]],
    'slack is revoked\n',
  ],
  [['adapter', 'delete', 'slack'], [['DELETE /adapters/slack']], [[204]], 'slack is deleted\n'],
  [['relay', 'delete', 'fra-1'], [['DELETE /relays/fra-1']], [[204]], 'fra-1 is deleted\n'],
  [
    ['runs'],
    [['GET /runs']],
    [[200, { runs: [run] }]],
    /^RUN +WHEN +WHO +STATUS +EXIT +RELAY +LINE\nr1 +\d+d +ann +failed +3 +fra-1 +ops:restart web\n$/,
  ],
  [
    ['runs', 'list', '--user', 'ann', '--command', 'ops:restart', '--limit', '5'],
    [['GET /runs?user=ann&command=ops%3Arestart&limit=5']],
    [[200, { runs: [] }]],
    'none\n',
  ],
  [
    ['runs', 'show', 'r1'],
    [['GET /runs/r1']],
    [[200, { ...run, reply: { text: 'it \u001b[31mbroke', mark: 'failed', blocks: [] } }]],
    /status: +failed\n.*\n\nit \[31mbroke\n$/s,
  ],
  [
    ['bundle', 'list'],
    [['GET /bundles']],
    [[200, { bundles: [summary] }]],
    /^BUNDLE +VERSION .*\nops +1\.9\.0 +no +\d+d ago +ann +restart status\n$/,
  ],
  [
    ['bundle', 'show', 'ops'],
    [['GET /bundles/ops']],
    [[200, { name: 'ops', versions: [summary] }]],
    /1\.9\.0/,
  ],
  [
    ['bundle', 'show', 'ops', '1.9.0'],
    [['GET /bundles/ops/1.9.0']],
    [
      [
        200,
        {
          ...summary,
          source: 's',
          permissions: ['ops:read'],
          commands: [{ name: 'status', description: 'Status.', rules: ['allow'] }],
        },
      ],
    ],
    /permissions: ops:read\n\nCOMMAND +DESCRIPTION +RELAY +RULES\nstatus +Status\. +- +allow\n$/,
  ],
  [
    ['bundle', 'show', 'ops', '1.9.0', '--source'],
    [['GET /bundles/ops/1.9.0']],
    [[200, { ...summary, source: 'name: x\n' }]],
    'name: x\n',
  ],
  [
    ['bundle', 'enable', 'ops'],
    [['GET /bundles/ops'], ['PUT /bundles/ops/enabled', { version: '1.10.0' }]],
    [
      [
        200,
        {
          name: 'ops',
          versions: [
            { ...summary, enabled: true },
            { ...summary, version: '1.10.0' },
          ],
        },
      ],
      [200, summary],
    ],
    'ops 1.10.0 is enabled; 1.9.0 is switched off, and what runs of it runs on\n',
  ],
  [
    ['bundle', 'enable', 'ops', '1.9.0'],
    [['GET /bundles/ops'], ['PUT /bundles/ops/enabled', { version: '1.9.0' }]],
    [
      [200, { name: 'ops', versions: [summary] }],
      [200, summary],
    ],
    'ops 1.9.0 is enabled\n',
  ],
  [['bundle', 'disable', 'ops'], [['DELETE /bundles/ops/enabled']], [[204]], 'ops is disabled\n'],
  [
    ['bundle', 'uninstall', 'ops', '1.9.0'],
    [['DELETE /bundles/ops/1.9.0']],
    [[204]],
    'ops 1.9.0 is uninstalled\n',
  ],
  [
    ['bundle', 'install', 'b.yaml', '--enable', '--force'],
    [['POST /bundles', { source: 'name: x\n', enable: true, force: true }]],
    [[201, { ...summary, enabled: true }]],
    'ops 1.9.0 is installed and enabled\n',
  ],
  [
    ['bundle', 'install', 'b.yaml'],
    [['POST /bundles', { source: 'name: x\n' }]],
    [[201, summary]],
    'ops 1.9.0 is installed; enable it with: chasqui bundle enable ops 1.9.0\n',
  ],
  [
    ['config', 'set', 'ops', 'PORT', '80'],
    [['PUT /config/ops/PORT', { layer: 'bundle', value: '80' }]],
    [[200, { ...port, value: '80' }]],
    'ops PORT is set for the bundle\n',
  ],
  [
    ['config', 'set', 'ops', 'PORT', '--from-file', 'b.yaml', '--channel', 'slack/#ops'],
    [['PUT /config/ops/PORT', { layer: 'channel', owner: 'slack/#ops', value: 'name: x' }]],
    [[200, { ...port, layer: 'channel', owner: 'slack/T1/C1', ownerName: 'slack/#ops' }]],
    'ops PORT is set for the channel slack/#ops\n',
  ],
  [
    ['config', 'get', 'ops', 'PORT', '--user', 'ann'],
    [['GET /config?bundle=ops&key=PORT&layer=user&owner=ann']],
    [[200, { values: [{ ...port, layer: 'user', owner: 'ann', value: '80' }] }]],
    '80\n',
  ],
  [
    ['config', 'list', 'ops'],
    [['GET /config?bundle=ops']],
    [
      [
        200,
        {
          values: [
            { ...port, value: '80' },
            { ...port, key: 'TOKEN', secret: true },
          ],
        },
      ],
    ],
    /^BUNDLE +KEY +VALUE +LAYER .*\nops +PORT +80 +bundle +- .*\nops +TOKEN +\(secret\) +bundle/,
  ],
  [
    ['config', 'unset', 'ops', 'PORT', '--group', 'sre'],
    [['DELETE /config/ops/PORT?layer=group&owner=sre']],
    [[204]],
    'ops PORT is unset for the group sre\n',
  ],
  [
    ['config', 'effective', 'ops', '--user', 'ann'],
    [['GET /config/ops/effective?user=ann']],
    [
      [
        200,
        {
          values: [
            {
              key: 'PORT',
              secret: false,
              value: '80',
              layer: 'user',
              owner: 'ann',
              over: [{ layer: 'default' }],
            },
          ],
          faults: [{ key: 'TOKEN', code: 'config-missing', message: 'TOKEN is missing' }],
          unset: ['REGION'],
        },
      ],
    ],
    /^KEY .*\nPORT +80 +the user ann +the default\nREGION +- +nobody +-\nTOKEN is missing\n$/,
  ],
  [
    ['store', 'list', '--bundle', 'ops'],
    [['GET /store/bundles/ops']],
    [[200, { bundle: 'ops', shelves: [{ scope: 'user', owner: 'ann', entries: 2, bytes: 9 }] }]],
    'SCOPE  OF   ENTRIES  BYTES\nuser   ann  2        9\n',
  ],
  [
    ['store', 'list', '--bundle', 'ops', '--user', 'ann', '--prefix', 'a'],
    [
      ['GET /store/bundles/ops/entries?scope=user&owner=ann&prefix=a&limit=1000'],
      ['GET /store/bundles/ops/entries?scope=user&owner=ann&prefix=a&after=a1&limit=1000'],
    ],
    [
      [200, { entries: [kept], next: 'a1' }],
      [200, { entries: [{ ...kept, key: 'a2' }] }],
    ],
    /^KEY .*\na1 +text +3 .*\na2 +text +3 /,
  ],
  [
    ['store', 'get', 'a1', '--bundle', 'ops'],
    [['GET /store/bundles/ops/entries/bundle/a1']],
    [[200, { ...kept, value: 'abc' }]],
    'abc\n',
  ],
  [
    ['store', 'delete', 'a1', '--bundle', 'ops', '--channel', 'slack/T1/C1'],
    [['DELETE /store/bundles/ops/entries/channel/a1?owner=slack%2FT1%2FC1']],
    [[204]],
    'a1 is deleted\n',
  ],
];

describe('chasqui', () => {
  it.each(table.map((row) => [row[0].join(' '), row] as const))(
    '%s',
    async (_line, [args, asked, answers, stdout]) => {
      const server = await pretendServer(Object.fromEntries(asked.map(([what], at) => [what, answers[at]!])));
      const answer = await chasqui([...args, '--url', server.url], { cwd: folder });
      expect(server.asked).toEqual(
        asked.map(([what, body]) => ({ what, ...(body !== undefined && { body }) })),
      );
      expect(answer.stdout).toEqual(typeof stdout === 'string' ? stdout : expect.stringMatching(stdout));
      expect(answer.exitCode).toBe(0);
    },
  );
});

it('a bundle with faults is refused with each of them where it is', async () => {
  const fault = {
    severity: 'error',
    code: 'missing-key',
    line: 1,
    column: 1,
    pointer: '/version',
    message: 'version is missing',
  };
  const error = { code: 'bad-bundle', message: 'the bundle has 1 fault', facts: { faults: [fault] } };
  const server = await pretendServer({ 'POST /bundles': [422, { error }] });
  const { exitCode, stderr } = await chasqui(['bundle', 'install', 'b.yaml', '--url', server.url], {
    cwd: folder,
  });
  expect(stderr).toBe('b.yaml:1:1: error: version is missing\nchasqui: the bundle has 1 fault\n');
  expect(exitCode).toBe(1);
});

it('a bundle from standard input is installed, its warnings told', async () => {
  const warnings = [{ severity: 'warning', code: 'x', line: 2, column: 3, pointer: '', message: 'no rules' }];
  const server = await pretendServer({ 'POST /bundles': [201, { ...summary, warnings }] });
  const { stderr } = await chasqui(['bundle', 'install', '-', '--url', server.url], { stdin: 'a: 1\n' });
  expect(server.asked[0]?.body).toEqual({ source: 'a: 1\n' });
  expect(stderr).toBe('(standard input):2:3: warning: no rules\n');
});

it('of several people one of whom is unknown the others are added, and it fails', async () => {
  const server = await pretendServer({
    'PUT /groups/ops/members/ann': [204],
    'PUT /groups/ops/members/bob': [404, { error: { code: 'unknown', message: 'nobody is called bob' } }],
    'PUT /groups/ops/members/cid': [204],
  });
  const answer = await chasqui(['group', 'add', 'ops', 'ann', 'bob', 'cid', '--url', server.url]);
  expect(answer).toEqual({
    exitCode: 1,
    stdout: 'add ops ann: done\nadd ops cid: done\n',
    stderr: 'chasqui: add ops bob: nobody is called bob\n',
  });
});

it.each(['yesterday', '2000-01-01', '0d', '-1d', '30'])('a token cannot expire %s', async (expires) => {
  const { exitCode, stderr } = await chasqui(['user', 'token', 'ann', 'x', `--expires=${expires}`]);
  expect([exitCode, stderr]).toEqual([
    64,
    `chasqui: ${expires} is no time to come; write it like 12h, 30d or 2027-01-31\n`,
  ]);
});

describe('the value of a configuration key', () => {
  const secret = {
    bundle: 'ops',
    key: 'TOKEN',
    layer: 'bundle',
    secret: true,
    changedAt: when,
    changedBy: 'ann',
  };

  it('comes from standard input where it is not said, without the line feed at its end', async () => {
    const server = await pretendServer({ 'PUT /config/ops/TOKEN': [200, secret] });
    const told = await chasqui(['config', 'set', 'ops', 'TOKEN', '--secret', '--url', server.url], {
      stdin: 'a\nb\n',
    });
    expect(server.asked[0]?.body).toEqual({ layer: 'bundle', value: 'a\nb', secret: true });
    expect(told).toEqual({ exitCode: 0, stdout: 'ops TOKEN is set for the bundle\n', stderr: '' });
  });

  it('is not taken as a word if it is secret', async () => {
    const { exitCode, stderr } = await chasqui(['config', 'set', 'ops', 'TOKEN', 'hunter2', '--secret']);
    expect(exitCode).toBe(64);
    expect(stderr).toMatch(/standard input/);
    expect(stderr).not.toContain('hunter2');
  });

  it('that turns out to be secret was seen, and that is said', async () => {
    const server = await pretendServer({ 'PUT /config/ops/TOKEN': [200, secret] });
    const { stderr } = await chasqui(['config', 'set', 'ops', 'TOKEN', 'hunter2', '--url', server.url]);
    expect(stderr).toMatch(/stands in your shell's history/);
  });

  it('is not printed if it is secret', async () => {
    const server = await pretendServer({
      'GET /config?bundle=ops&key=TOKEN&layer=bundle': [200, { values: [secret] }],
    });
    const told = await chasqui(['config', 'get', 'ops', 'TOKEN', '--url', server.url]);
    expect(told).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: 'chasqui: ops TOKEN is set and secret; it is never shown\n',
    });
  });

  it('is for one layer', async () => {
    const { exitCode, stderr } = await chasqui([
      'config',
      'set',
      'ops',
      'A',
      'x',
      '--user',
      'ann',
      '--group',
      'sre',
    ]);
    expect([exitCode, stderr]).toEqual([64, 'chasqui: a value is for one of them: --group, --user\n']);
  });
});
