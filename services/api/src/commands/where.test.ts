import { parseLine } from '@chasqui/command-language';
import { sentence } from '@chasqui/replies';
import { describe, expect, it } from 'vitest';
import { decide, type Decision } from './decide.js';
import { knownIn, sundayMorning, type Situation } from './known.fixture.js';
import { firstCommand } from './plan.js';

/* What rules say about where, who and when, what the site adds to them, and which relays are left. */

const ops = `
chasqui_bundle_version: 1
name: ops
version: 1.0.0
description: Operations
permissions: [write, prod]
commands:
  status: { description: How it is, executable: [/bin/echo], rules: [allow] }
  restart:
    description: Restarts a service
    executable: [/bin/echo, restart]
    rules: [must have ops:write]
  deploy:
    description: Where it may
    executable: [/bin/echo]
    rules:
      - with relay["env"] == "prod" must have ops:prod
      - with relay["env"] != "prod" must have ops:write
  closed: { description: Nearly nobody's, executable: [/bin/echo], rules: ['with arg[0] == "x" allow'] }
  each: { description: For each, input: each, executable: [/bin/echo], rules: [must have ops:write] }
`;

const two = { 'fra-1': ['env=prod'], 'lab-1': ['env=lab'] };

function decided(line: string, situation: Partial<Situation> = {}): Decision {
  return decide(parseLine(line), knownIn({ bundles: [ops], permissions: ['ops:write'], ...situation }));
}

/** The relay it runs on, or what the person is told. */
function told(line: string, situation: Partial<Situation> = {}): string | undefined {
  const decision = decided(line, situation);
  if (decision.kind === 'plan') return firstCommand(decision)?.relay;
  return decision.kind === 'refused' ? sentence(decision.refusal) : decision.kind;
}

describe('a site rule', () => {
  const freeze = { freeze: ['ops:*', 'with weekday("Europe/Berlin") in ["sat", "sun"] deny'] } as const;

  it.each<[string, Situation['siteRules'], Partial<Situation>, string]>([
    ['denies whoever may', freeze, {}, 'ops:restart is denied by the site rule freeze: with weekday'],
    [
      'lets it be at another time',
      freeze,
      { more: { now: sundayMorning + 86_400_000, saidAt: sundayMorning + 86_400_000 } },
      'fra-1',
    ],
    ['is for its commands alone', { freeze: ['text:*', 'deny'] }, {}, 'fra-1'],
    [
      'asks for more',
      { oncall: ['ops:restart', 'must have site:oncall'] },
      {},
      'you need site:oncall to run ops:restart, because of the site rule oncall',
    ],
    [
      'is satisfied like any other',
      { oncall: ['*', 'must have site:oncall'] },
      { permissions: ['ops:write', 'site:oncall'] },
      'fra-1',
    ],
    [
      'does not loosen what the bundle asks for',
      { open: ['*', 'allow'] },
      { permissions: [] },
      'you need ops:write to run ops:restart',
    ],
    ['looks at the channel', { here: ['*', 'with channel != "#web" deny'] }, {}, 'the site rule here'],
    ['looks at groups', { who: ['*', 'with not "oncall" in group deny'] }, { groups: ['oncall'] }, 'fra-1'],
    [
      'looks at the origin',
      { chat: ['*', 'with origin != "chat" deny'] },
      { more: { origin: 'api' } },
      'the site rule chat',
    ],
    [
      'looks at the hour',
      { night: ['*', 'with time("Europe/Berlin") < "08:31" deny'] },
      {},
      'the site rule night',
    ],
  ])('%s', (_, siteRules, situation, expected) => {
    expect(told('ops:restart web', { siteRules, ...situation })).toContain(expected);
  });

  it('opens a command that no rule let anybody run', () => {
    expect(told('ops:closed')).toContain('no rule of ops:closed allows it');
    expect(
      told('ops:closed', {
        siteRules: { open: ['ops:closed', 'must have site:x'] },
        permissions: ['site:x'],
      }),
    ).toBe('fra-1');
  });

  it('denies also what allows everybody', () => {
    expect(told('ops:status', { siteRules: freeze })).toContain('the site rule freeze');
  });

  it('counts in every stage, also in those whose words wait for records', () => {
    const siteRules = { no: ['ops:each', 'with weekday == "sun" deny'] } as const;
    expect(told('ops:status | ops:each $text', { siteRules })).toContain('the site rule no');
    expect(told('ops:status | ops:each $text')).toBe('fra-1');
  });

  it('is told of with how it came out', () => {
    const siteRules = { oncall: ['*', 'must have site:oncall'] } as const;
    expect(decided('ops:restart web', { siteRules })).toMatchObject({
      judged: [
        { command: 'ops:restart', from: 'bundle', rule: 'must have ops:write', held: true, satisfied: true },
        {
          command: 'ops:restart',
          from: 'site',
          name: 'oncall',
          held: true,
          satisfied: false,
          missing: [['site:oncall']],
        },
      ],
    });
  });

  it('hides what nobody may run from did-you-mean', () => {
    expect(told('ops:restrat web')).toContain('ops:restart');
    expect(told('ops:restrat web', { siteRules: { no: ['ops:restart', 'deny'] } })).not.toContain(
      'ops:restart',
    );
  });
});

describe('a rule that looks at the relay', () => {
  it('leaves aside the relays it refuses', () => {
    expect(told('ops:deploy', { relays: two })).toBe('lab-1');
    expect(told('ops:deploy', { relays: two, permissions: ['ops:prod'] })).toBe('fra-1');
  });

  it('refuses where only those match, and says which', () => {
    expect(told('ops:deploy --on env=prod', { relays: two })).toBe(
      'you need ops:prod to run ops:deploy on fra-1',
    );
    expect(told('ops:deploy --on env=prod', { relays: two, permissions: ['ops:prod'] })).toBe('fra-1');
  });

  it.each(['env=prod', 'name=fra-1', '!gpu', 'env in (prod)', 'env!=lab', 'env'])(
    'that denies is not evaded by --on %s',
    (on) => {
      const siteRules = { no: ['*', 'with relay["env"] == "prod" deny'] } as const;
      const relays = { 'fra-1': ['env=prod'], 'fra-2': ['env=lab', 'env=prod'] };
      for (const line of ['ops:restart web', 'ops:status | ops:each $text'])
        expect(told(`${line} --on '${on}'`, { siteRules, relays })).toContain('by the site rule no: with');
    },
  );

  it('tells nothing of relays to who may run it on none', () => {
    expect(told('ops:deploy --on env=nowhere', { relays: two, permissions: [] })).toBe(
      'you need ops:write to run ops:deploy',
    );
  });

  it('is judged for the relay that was chosen', () => {
    expect(decided('ops:deploy', { relays: two })).toMatchObject({
      kind: 'plan',
      judged: [{ held: false }, { held: true, satisfied: true }],
    });
  });

  it('says that no relay matches where none does', () => {
    expect(told('ops:deploy --on dc=lon', { relays: two })).toContain('dc=lon');
  });
});

describe('a protected relay', () => {
  const protections = ['env=prod'];
  const forProd = [{ permission: 'relay:use', of: 'relay', what: 'env=prod' }] as const;

  it.each<[string, string, Partial<Situation>, string]>([
    ['is not chosen for others', 'ops:restart', {}, 'lab-1'],
    [
      'is refused to others who ask for it',
      'ops:restart --on env=prod',
      {},
      '1 relay matches, but you may not use it: you need relay:use for env=prod',
    ],
    [
      'is for who may use all',
      'ops:restart --on env=prod',
      { permissions: ['ops:write', 'relay:use'] },
      'fra-1',
    ],
    ['is for who may use it', 'ops:restart --on env=prod', { scoped: forProd }, 'fra-1'],
    [
      'is not for who may use others',
      'ops:restart --on env=prod',
      { scoped: [{ ...forProd[0], what: 'env=lab' }] },
      'relay:use for env=prod',
    ],
    [
      'is not for who may do something else with it',
      'ops:restart --on env=prod',
      { scoped: [{ ...forProd[0], permission: 'chasqui:manage-relays' }] },
      'relay:use for env=prod',
    ],
    [
      'is not told of to who may not run the command',
      'ops:restart --on env=prod',
      { permissions: [] },
      'you need ops:write to run ops:restart',
    ],
    [
      'is refused in a later stage too',
      'ops:status --on env=lab | ops:each $text --on env=prod',
      {},
      'relay:use for env=prod',
    ],
  ])('%s', (_, line, situation, expected) => {
    expect(told(line, { relays: two, protections, ...situation })).toContain(expected);
  });

  it('is not named to others, also where it is protected by its name', () => {
    const said = told('ops:restart --on env=prod', { relays: two, protections: ['name=fra-1'] });
    expect(said).toBe(
      '1 relay matches, but you may not use it: you need relay:use for it; an administrator sees which it is with: chasqui relay protected',
    );
  });

  it('is not named to others where it takes no work either, also not among those that a fan-out leaves out', () => {
    const known = knownIn({ bundles: [ops], permissions: ['ops:write'], relays: two, protections });
    const relays = known.relays.map((one) =>
      one.name === 'fra-1' ? { ...one, state: 'paused' as const, note: 'secret works' } : one,
    );
    const decision = decide(parseLine('ops:restart --on-each env'), { ...known, relays });
    expect(decision).toMatchObject({
      kind: 'plan',
      stages: [{ each: { targets: [{ relay: 'lab-1' }], leftOut: [{ why: 'protected' }], leftOutInAll: 1 } }],
    });
  });

  it('is not for who may use what it calls itself', () => {
    const relays = [
      { ...knownIn({ bundles: [] }).relays[0]!, tags: ['env=prod', 'team=red'], givenTags: ['env=prod'] },
    ];
    const scoped = [{ ...forProd[0], what: 'team=red' }];
    expect(told('ops:restart', { protections, scoped, more: { relays } })).toContain(
      'relay:use for env=prod',
    );
  });

  it('is counted with the others', () => {
    const relays = { ...two, 'fra-2': ['env=prod'], 'fra-3': ['env=prod', 'dc=fra'] };
    expect(told('ops:restart --on env=prod', { relays, protections: [...protections, 'dc=fra'] })).toContain(
      '3 relays match, but you may not use them: you need relay:use for env=prod or dc=fra',
    );
  });
});
