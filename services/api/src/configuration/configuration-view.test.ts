import type { ConfigKey } from '@chasqui/bundles';
import { describe, expect, it } from 'vitest';
import { ConfigurationView } from './configuration-view.js';
import type { Layer, StoredValue } from './layer.js';

const who = { userId: 'u1', groups: ['ops', 'dba'], channel: 'slack/T1/C1', application: 'shop' };

function view(...values: [Layer, owner: string, key: string, value: string, secret?: 'secret'][]) {
  const stored = values.map(([layer, owner, key, value, secret]): StoredValue => ({
    bundle: 'ops',
    layer,
    owner,
    ownerName: owner === 'u1' ? 'alice' : owner,
    key,
    value,
    secret: secret !== undefined,
  }));
  return new ConfigurationView(stored, ({ value }) => (value === 'spoilt' ? undefined : `open ${value}`));
}
const bundle = (...config: ConfigKey[]) => ({ name: 'ops', config });

describe('the layers', () => {
  const all = [
    ['bundle', '', 'X', '1'],
    ['application', 'shop', 'X', '2'],
    ['channel', 'slack/T1/C1', 'X', '3'],
    ['group', 'ops', 'X', '4'],
    ['user', 'u1', 'X', '5'],
  ] as const;

  it.each([1, 2, 3, 4, 5])('with the first %s of them, the closest wins', (some) => {
    const given = view(...all.slice(0, some).map((one) => [...one] as [Layer, string, string, string]));
    expect(given.valuesFor(bundle(), who)).toEqual({ X: String(some) });
    expect(given.resolve(bundle(), who).values[0]).toMatchObject({
      layer: all[some - 1]![0],
      over: all
        .slice(0, some - 1)
        .toReversed()
        .map(([layer]) => ({ layer })),
    });
  });

  it('of others do not count', () => {
    const given = view(
      ['user', 'u2', 'X', '1'],
      ['group', 'hr', 'X', '1'],
      ['channel', 'slack/T1/C2', 'X', '1'],
      ['application', 'other', 'X', '1'],
    );
    expect(given.valuesFor(bundle(), who)).toEqual({});
    expect(given.valuesFor({ name: 'other' }, { ...who, userId: 'u2' })).toEqual({});
  });

  it('of several groups the first by name wins, whatever their order, and the others are told', () => {
    const given = view(['group', 'ops', 'X', 'of ops'], ['group', 'dba', 'X', 'of dba']);
    for (const groups of [who.groups, who.groups.toReversed()]) {
      const { values } = given.resolve(bundle(), { ...who, groups });
      expect(values).toMatchObject([
        { text: 'of dba', owner: 'dba', over: [{ layer: 'group', owner: 'ops' }] },
      ]);
    }
  });

  it("begin below with the bundle's own file", () => {
    const declared = bundle(
      { name: 'WAIT', type: 'duration', default: 1500 },
      { name: 'ON', type: 'bool', default: false },
    );
    expect(view().valuesFor(declared, who)).toEqual({ WAIT: '1500', ON: 'false' });
    const { values } = view(['bundle', '', 'WAIT', '2s']).resolve(declared, who);
    expect(values[0]).toMatchObject({ text: '2000', layer: 'bundle', over: [{ layer: 'default' }] });
  });
});

describe('a bundle', () => {
  it('that declares keys gets those alone, typed', () => {
    const given = view(['bundle', '', 'PORT', '80'], ['bundle', '', 'OLD', 'x']);
    expect(given.valuesFor(bundle({ name: 'PORT', type: 'int' }), who)).toEqual({ PORT: '80' });
  });

  it('that declares none gets everything, as it is', () => {
    expect(view(['bundle', '', 'PORT', '080']).valuesFor({ name: 'ops' }, who)).toEqual({ PORT: '080' });
  });

  it('gets secrets in clear, and only they are opened', () => {
    const given = view(['bundle', '', 'A', 'a', 'secret'], ['bundle', '', 'B', 'b']);
    expect(given.valuesFor({ name: 'ops' }, who)).toEqual({ A: 'open a', B: 'b' });
  });
});

describe('a run is refused', () => {
  const said = (given: ConfigurationView, key: ConfigKey) => given.check(bundle(key), who);

  it('where a required value is missing', () => {
    expect(said(view(), { name: 'TOKEN', type: 'string', required: true, secret: true })).toEqual({
      kind: 'refusal',
      code: 'config-missing',
      facts: { bundle: 'ops', key: 'TOKEN', secret: true, type: 'string' },
    });
    expect(
      said(view(['bundle', '', 'TOKEN', '']), { name: 'TOKEN', type: 'string', required: true }),
    ).toBeUndefined();
  });

  it('where a value no longer fits, naming its layer and not the value', () => {
    const refused = said(view(['user', 'u1', 'PORT', 'hunter2']), { name: 'PORT', type: 'int' });
    expect(refused).toEqual({
      kind: 'refusal',
      code: 'config-broken',
      facts: {
        bundle: 'ops',
        key: 'PORT',
        secret: false,
        type: 'int',
        why: 'not-of-type',
        layer: 'user',
        owner: 'alice',
      },
    });
  });

  it('where the closest value does not open, though another would', () => {
    const given = view(['bundle', '', 'T', 'fine'], ['user', 'u1', 'T', 'spoilt', 'secret']);
    expect(said(given, { name: 'T', type: 'string' })).toMatchObject({
      facts: { why: 'not-readable', layer: 'user' },
    });
  });

  it('and not where all is well, or nothing is configured', () => {
    expect(
      said(view(['bundle', '', 'PORT', '80']), { name: 'PORT', type: 'int', required: true }),
    ).toBeUndefined();
    expect(ConfigurationView.none.check({ name: 'ops' }, who)).toBeUndefined();
  });
});
