import { isRuleFault, parseRule } from '@chasqui/access-rules';
import { isSelectorFault, parseSelector, parseTag, type Selector, type Tag } from '@chasqui/relay-selection';
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
  const tags = await manager.query<{ tag: string }[]>('select tag from protected_tags');
  const channels = await manager.query<{ channel: string; selector: string }[]>(
    'select channel, selector from channel_relays',
  );
  return new SitePolicy(
    rules.map((row) => siteRule(row)),
    protections.map(({ selector }) => protection(selector)),
    tags.map((row) => readTag(row.tag)),
    new Map(channels.map(({ channel, selector }) => [channel, readSelector(selector)])),
  );
}

function siteRule({ name, on, rule: text }: { name: string; on: string; rule: string }): SiteRule {
  const rule = parseRule(text);
  if (isRuleFault(rule)) throw new Error(`the site rule ${name} was added though it does not parse: ${text}`);
  return { ...rule, from: 'site', name, on };
}

function protection(text: string): Protection {
  return { text, selector: readSelector(text) };
}

function readSelector(text: string): Selector {
  const selector = parseSelector(text);
  if (isSelectorFault(selector)) throw new Error(`this was set though it is no selector: ${text}`);
  return selector;
}

function readTag(text: string): Tag {
  const tag = parseTag(text);
  if (isSelectorFault(tag)) throw new Error(`this was protected though it is no tag: ${text}`);
  return tag;
}
