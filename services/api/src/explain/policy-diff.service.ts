import { setImmediate as breath } from 'node:timers/promises';
import type { Bundle } from '@chasqui/bundles';
import { parseLine } from '@chasqui/command-language';
import type { PolicyDiff, PolicyDifference } from '@chasqui/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Bundles } from '../bundles/bundles.service.js';
import { buildCatalogue, type Catalogue } from '../commands/catalogue.js';
import type { Known, KnownAsker } from '../commands/known.js';
import { Lookup } from '../commands/lookup.service.js';
import { newId } from '../ids.js';
import { admin } from '../people/built-in-permissions.js';
import { problems } from '../people/problems.js';
import { permissionsOf } from '../people/who-sql.js';
import { RelayBoard } from '../relays/board.service.js';
import { SitePolicies } from '../site-rules/site-policies.service.js';
import { changed, type Policies, type PolicyChange } from './policy-change.js';
import { commandDifference, lineDifference, type Alike, type TriedLine } from './diff-policies.js';
import { messageOf, roomOf } from './supposition.js';

const nobody = { adapter: 'http', senderId: '', trusted: false };

/** Who would gain or lose what by a change of bundles or site rules, for everybody there is. Changes nothing. */
@Injectable()
export class PolicyDiffs {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly lookup: Lookup,
    private readonly bundles: Bundles,
    private readonly board: RelayBoard,
    private readonly site: SitePolicies,
  ) {}

  /** @throws Problem for a change that cannot be made */
  async diff(change: PolicyChange): Promise<PolicyDiff> {
    const before = await this.inForce();
    const bundle = await this.bundleOf(change);
    const after = changed(before, change, bundle);
    const catalogues = [catalogueOf(before), catalogueOf(after)] as const;
    const lines = await this.tried(change, catalogues, [before, after]);
    const people = await this.people(change.users, bundle);
    const commands = [...new Set(catalogues.flatMap(({ byFullName }) => [...byFullName.keys()]))].toSorted();
    const differences = commands.flatMap((name) =>
      people.flatMap((alike) => commandDifference(name, catalogues, alike) ?? []),
    );
    for (const line of lines) {
      differences.push(...people.flatMap((alike) => lineDifference(line, alike) ?? []));
      // A change may be tried on many lines: others get their turn.
      await breath();
    }
    return {
      users: people.reduce((sum, { users }) => sum + users.length, 0),
      commands: commands.length,
      lines: lines.length,
      differences: joined(differences),
    };
  }

  private async inForce(): Promise<Policies> {
    const rows = await this.dataSource.query<{ content: Bundle }[]>(
      'select content from bundles where enabled order by name',
    );
    return {
      bundles: rows.map(({ content }) => content),
      site: await this.site.read(this.dataSource.manager),
    };
  }

  private async bundleOf({ bundle }: PolicyChange): Promise<Bundle | undefined> {
    if (!bundle) return undefined;
    if ('source' in bundle) return this.bundles.read(bundle.source);
    return (await this.bundles.getVersion(bundle.name, bundle.version)).content;
  }

  /** The lines that are given, and the examples of all commands, before and after; each with what is known for it. */
  private async tried(
    { lines }: PolicyChange,
    catalogues: readonly [Catalogue, Catalogue],
    policies: readonly [Policies, Policies],
  ): Promise<TriedLine[]> {
    const examples = catalogues.flatMap(({ byFullName }) =>
      [...byFullName.values()].flatMap(({ command }) => command.examples ?? []),
    );
    const given: PolicyChange['lines'] = [
      ...lines,
      ...[...new Set(examples.map(({ line }) => line))].map((line) => ({ line })),
    ];
    const tried: TriedLine[] = [];
    for (const supposition of given) {
      const { origin, at } = supposition;
      const message = messageOf(
        supposition,
        { id: '', username: '' },
        await roomOf(this.dataSource, supposition),
      );
      const line = parseLine(message.text);
      const found = await this.lookup.for(message, line, newId(), nobody);
      const time = at === undefined ? undefined : Date.parse(at);
      const known = {
        ...found,
        ...(origin && { origin }),
        ...(time !== undefined && { now: time, saidAt: time }),
      };
      const [before, after] = catalogues.map((catalogue, index): Known => {
        const policy = policies[index]!.site;
        const relays = this.board.views(found.now).map((relay) => policy.asCounted(relay));
        return { ...known, catalogue, policy, relays };
      }) as [Known, Known];
      tried.push({ line, text: message.text, before, after });
    }
    return tried;
  }

  /** Active people, those together who hold the same. Administrators get the permissions of a bundle when it is installed. */
  private async people(named: readonly string[] | undefined, bundle: Bundle | undefined): Promise<Alike[]> {
    const rows = await this.dataSource.query<PersonRow[]>(
      `select u.id, u.username, u.email, held.groups, held.roles, held.permissions, held.scoped
       from users u cross join ${permissionsOf('u.id')} held
       where u.active and ($1::text[] is null or u.username = any($1)) order by u.username`,
      [named ?? null],
    );
    const stranger = named?.find((name) => !rows.some(({ username }) => username === name));
    if (stranger !== undefined) throw problems.unknownUser(stranger);
    const alike = Map.groupBy(rows, ({ groups, roles, permissions, scoped }) =>
      JSON.stringify([groups, roles.includes(admin), permissions, scoped]),
    );
    return [...alike.values()].map((all) => {
      const { roles, permissions, ...first } = all[0]!;
      const before: KnownAsker = { ...first, active: true, permissions: new Set(permissions) };
      const more = roles.includes(admin) ? (bundle?.permissions ?? []) : [];
      const after = more.length > 0 ? { ...before, permissions: new Set([...permissions, ...more]) } : before;
      return { users: all.map(({ username }) => username), before, after };
    });
  }
}

interface PersonRow {
  readonly id: string;
  readonly username: string;
  readonly email: string;
  readonly groups: string[];
  readonly roles: string[];
  readonly permissions: string[];
  readonly scoped: KnownAsker['scoped'];
}

function catalogueOf({ bundles, site }: Policies): Catalogue {
  return buildCatalogue(bundles, site);
}

/** The same difference for several people is one. Losses first, because they are what somebody complains of. */
function joined(differences: readonly PolicyDifference[]): PolicyDifference[] {
  const same = Map.groupBy(differences, (one) => JSON.stringify({ ...one, users: [] }));
  const order = ['loses', 'gains', 'changes'];
  return [...same.values()]
    .map((all) => ({ ...all[0]!, users: all.flatMap(({ users }) => users).toSorted() }))
    .toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
}
