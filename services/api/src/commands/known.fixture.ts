import { isRuleFault, parseRule } from '@chasqui/access-rules';
import { readBundle } from '@chasqui/bundles';
import { isSelectorFault, parseSelector, type RelayView } from '@chasqui/relay-selection';
import { ConfigurationView } from '../configuration/configuration-view.js';
import { SitePolicy, type Protection, type SiteRule } from '../site-rules/site-policy.js';
import { buildCatalogue } from './catalogue.js';
import type { Known, KnownAsker } from './known.js';

/** What may differ from: alice, in the groups given, says something in #ops of the terminal, on a Sunday morning. */
export interface Situation {
  readonly bundles: readonly string[];
  readonly permissions?: readonly string[];
  readonly scoped?: KnownAsker['scoped'];
  readonly groups?: readonly string[];
  /** By name: `{ freeze: ['ops:*', 'deny'] }`. */
  readonly siteRules?: Readonly<Record<string, readonly [on: string, rule: string]>>;
  readonly protections?: readonly string[];
  /** Tags by name. */
  readonly relays?: Readonly<Record<string, readonly string[]>>;
  readonly more?: Partial<Known>;
}

/** 08:30 in Berlin on a Sunday. */
export const sundayMorning = Date.parse('2026-11-22T07:30:00Z');

export function knownIn({
  bundles,
  permissions = [],
  scoped = [],
  groups = [],
  siteRules = {},
  protections = [],
  relays = { 'fra-1': ['dc=fra'] },
  more = {},
}: Situation): Known {
  const policy = new SitePolicy(
    Object.entries(siteRules).map(([name, [on, text]]) => siteRule(name, on, text)),
    protections.map(protection),
  );
  return {
    asker: {
      id: 'u1',
      username: 'alice',
      email: 'alice@example.org',
      active: true,
      permissions: new Set(permissions),
      scoped,
      groups,
    },
    sender: { adapter: 'terminal', id: 'alice' },
    place: { room: 'ops', roomName: 'ops', channel: 'terminal/ops', adapter: 'terminal', direct: false },
    origin: 'chat',
    policy,
    catalogue: buildCatalogue(bundles.map(bundleOf), policy),
    configuration: ConfigurationView.none,
    aliases: { own: new Map(), site: new Map() },
    people: new Map(),
    rooms: new Map(),
    mentioned: new Map(),
    relays: Object.entries(relays).map(([name, tags]) => relay(name, tags)),
    now: sundayMorning,
    saidAt: sundayMorning,
    takeWithinMs: 600_000,
    key: 'a run',
    ...more,
  };
}

function bundleOf(source: string) {
  const { bundle, faults } = readBundle(source);
  if (!bundle) throw new Error(JSON.stringify(faults));
  return bundle;
}

function relay(name: string, tags: readonly string[]): RelayView {
  return { name, tags, state: 'online', since: 0, drivers: ['process'], inFlight: 0, slots: 8 };
}

function siteRule(name: string, on: string, text: string): SiteRule {
  const rule = parseRule(text);
  if (isRuleFault(rule)) throw new Error(`${text}: ${JSON.stringify(rule)}`);
  return { ...rule, from: 'site', name, on };
}

function protection(text: string): Protection {
  const selector = parseSelector(text);
  if (isSelectorFault(selector)) throw new Error(`${text}: ${JSON.stringify(selector)}`);
  return { text, selector };
}
