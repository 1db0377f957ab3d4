import type { Bundle, Command } from '@chasqui/bundles';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { fullNameOf } from '../commands/full-name.js';
import { declarationsOf } from '../commands/invoke.js';
import { KnownPermissions } from '../people/permission-catalogue.js';
import { checkSiteRule, type Installed, type WantedSiteRule } from './site-rule-check.js';
import { problems } from './site-rule-problems.js';

/** A rule is looked at for each command that it is for, and by people. */
const mostSiteRules = 500;

export interface StoredSiteRule {
  readonly name: string;
  readonly on: string;
  readonly rule: string;
  readonly enabled: boolean;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly changedAt: Date;
  readonly changedBy: string;
}

/** A rule that was added or changed, and what may be a slip in it. */
export interface SetSiteRule {
  readonly rule: StoredSiteRule;
  readonly warnings: readonly string[];
}

const columns = `name, applies_to as "on", rule, enabled, created_at as "createdAt", created_by as "createdBy",
  changed_at as "changedAt", changed_by as "changedBy"`;

/** The rules that operators add to those of bundles. A trigger moves the revision that every instance looks at with every line. */
@Injectable()
export class SiteRules {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly permissions: KnownPermissions,
  ) {}

  list(): Promise<StoredSiteRule[]> {
    return this.dataSource.query(`select ${columns} from site_rules order by name`);
  }

  /** @throws Problem 404 */
  async get(name: string): Promise<StoredSiteRule> {
    const [rule] = await this.dataSource.query<StoredSiteRule[]>(
      `select ${columns} from site_rules where name = $1`,
      [name],
    );
    if (!rule) throw problems.unknownRule(name);
    return rule;
  }

  /** @throws Problem 409, 422 */
  async add(
    wanted: WantedSiteRule & { readonly name: string; readonly enabled: boolean },
    by: string,
  ): Promise<SetSiteRule> {
    const { on, rule: text, warnings } = await this.checked(wanted);
    return this.dataSource.transaction(async (manager) => {
      // One at a time, so that the count holds: whoever changes a rule changes this row anyway.
      await manager.query(`select revision from revisions where of = 'site_rules' for update`);
      const [{ count }] = await manager.query<[{ count: number }]>(
        'select count(*)::int as count from site_rules',
      );
      if (count >= mostSiteRules) throw problems.tooManyRules(mostSiteRules);
      const [rule] = await manager.query<StoredSiteRule[]>(
        `insert into site_rules (name, applies_to, rule, enabled, created_by, changed_by) values ($1, $2, $3, $4, $5, $5)
         on conflict (name) do nothing returning ${columns}`,
        [wanted.name, on, text, wanted.enabled, by],
      );
      if (!rule) throw problems.ruleExists(wanted.name);
      return { rule, warnings };
    });
  }

  /** @throws Problem 404, 422 */
  async change(
    name: string,
    wanted: { readonly on?: string; readonly rule?: string; readonly enabled?: boolean },
    by: string,
  ): Promise<SetSiteRule> {
    const before = await this.get(name);
    const rule = wanted.rule ?? before.rule;
    const { on, rule: text, warnings } = await this.checked({ on: wanted.on, before: before.on, rule });
    const [[changed]] = await this.dataSource.query<[StoredSiteRule[], number]>(
      `update site_rules set applies_to = $2, rule = $3, enabled = coalesce($4, enabled), changed_at = now(), changed_by = $5
       where name = $1 returning ${columns}`,
      [name, on, text, wanted.enabled ?? null, by],
    );
    if (!changed) throw problems.unknownRule(name);
    return { rule: changed, warnings };
  }

  /** @throws Problem 404 */
  async remove(name: string): Promise<void> {
    const [, removed] = await this.dataSource.query<[unknown[], number]>(
      'delete from site_rules where name = $1',
      [name],
    );
    if (removed === 0) throw problems.unknownRule(name);
  }

  /** @throws Problem 422 */
  private async checked(wanted: WantedSiteRule) {
    const checked = checkSiteRule(wanted, await this.installed());
    if ('problem' in checked) throw checked.problem;
    return checked;
  }

  private async installed(): Promise<Installed> {
    const bundles = await this.dataSource.query<{ content: Bundle }[]>(
      'select content from bundles where enabled',
    );
    const groups = await this.dataSource.query<{ name: string }[]>('select name from groups');
    return {
      commands: bundles.flatMap(({ content: bundle }) =>
        bundle.commands.map((command) => ({
          fullName: fullNameOf({ bundle, command }),
          options: optionsOf(command),
        })),
      ),
      permissions: new Set((await this.permissions.list()).map(({ name }) => name)),
      groups: new Set(groups.map(({ name }) => name)),
    };
  }
}

function optionsOf(command: Command): ReadonlySet<string> | undefined {
  const declared = declarationsOf(command);
  return declared && new Set(declared.options.map(({ name }) => name));
}
