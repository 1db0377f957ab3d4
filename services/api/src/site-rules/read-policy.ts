import { isRuleFault, parseRule } from '@chasqui/access-rules';
import { isSelectorFault, parseSelector } from '@chasqui/relay-selection';
import type { EntityManager } from 'typeorm';
import { SitePolicy, type Protection, type SiteRule } from './site-policy.js';

/** Reads what is in force now. @throws for a rule or a selector that does not parse: it was checked when it was added */
export async function readPolicy(manager: Pick<EntityManager, 'query'>): Promise<SitePolicy> {
  const rules = await manager.query<{ name: string; on: string; rule: string }[]>(
    `select name, applies_to as "on", rule from site_rules where enabled order by name`,
  );
  const protections = await manager.query<{ selector: string }[]>(
    'select selector from protected_relays order by selector',
  );
  return new SitePolicy(
    rules.map((row) => siteRule(row)),
    protections.map(({ selector }) => protection(selector)),
  );
}

function siteRule({ name, on, rule: text }: { name: string; on: string; rule: string }): SiteRule {
  const rule = parseRule(text);
  if (isRuleFault(rule)) throw new Error(`the site rule ${name} was added though it does not parse: ${text}`);
  return { ...rule, from: 'site', name, on };
}

function protection(text: string): Protection {
  const selector = parseSelector(text);
  if (isSelectorFault(selector)) throw new Error(`relays are protected by what is no selector: ${text}`);
  return { text, selector };
}
