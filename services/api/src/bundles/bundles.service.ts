import {
  bundleDigest,
  diffBundles,
  readBundle,
  type Bundle,
  type BundleDifference,
  type Fault,
} from '@chasqui/bundles';
import {
  bundleDifferenceSentence,
  bundleDifferencesSentence,
  bundleFaultSentence,
  readTemplate,
} from '@chasqui/replies';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Events } from '../events.js';
import { Problem } from '../http/problem.js';
import { grantToAdmins } from '../people/bootstrap.js';
import { jsonb } from '../json.js';

/** A bundle version as it is stored, its content read. */
export interface StoredBundle {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly enabled: boolean;
  readonly source: string;
  readonly content: Bundle;
  readonly sha256: string;
  readonly installed_at: Date;
  readonly installed_by: string;
}

export interface Installed {
  readonly bundle: StoredBundle;
  readonly warnings: readonly Fault[];
  /** What was replaced by force; empty where only comments or layout were. */
  readonly differences?: readonly BundleDifference[];
}

/** Installs, enables and removes bundle versions. Each change moves the revision, so that every instance reads the bundles again with its next command. */
@Injectable()
export class Bundles {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly events: Events,
  ) {}

  /**
   * Installs a bundle from its text. The same text again is fine; the same version with another text is refused unless `force`, and
   * either way what differs is told.
   * @param options.check throws where whoever installs it may not install a bundle of this name
   * @throws Problem 422 with every fault, 409 for another text
   */
  async install(
    source: string,
    by: string,
    options: { enable?: boolean; force?: boolean; check?: (bundle: string) => void } = {},
  ): Promise<Installed> {
    const { bundle, faults } = checked(source);
    options.check?.(bundle.name);
    const sha256 = bundleDigest(source);
    const installed = await this.changing(async (manager) => {
      const [before] = await manager.query<StoredBundle[]>(
        'select * from bundles where name = $1 and version = $2 for update',
        [bundle.name, bundle.version],
      );
      const differences =
        before && before.sha256 !== sha256 ? diffBundles(before.content, bundle) : undefined;
      if (differences && !options.force) throw otherContent(bundle, differences);
      await manager.query(
        `insert into bundles (name, version, description, source, content, sha256, installed_by) values ($1, $2, $3, $4, $5::jsonb, $6, $7)
         on conflict (name, version) do update
         set description = $3, source = $4, content = $5::jsonb, sha256 = $6, installed_by = $7, installed_at = now()
         where bundles.sha256 <> $6`,
        [bundle.name, bundle.version, bundle.description, source, jsonb(bundle), sha256, by],
      );
      await grantToAdmins(manager, bundle.permissions);
      if (options.enable) await enableIn(manager, bundle.name, bundle.version);
      return {
        bundle: await readIn(manager, bundle.name, bundle.version),
        warnings: faults,
        ...(differences && { differences }),
      };
    });
    const change = installed.differences ? 'replaced' : 'installed';
    this.events.bundleChanged(installed.bundle, change, by);
    if (options.enable) this.events.bundleChanged(installed.bundle, 'enabled', by);
    return installed;
  }

  /** Makes one version the enabled one, and every other not, at once. Work that runs keeps its version. */
  async enable(name: string, version: string, by: string): Promise<StoredBundle> {
    const enabled = await this.changing(async (manager) => {
      await enableIn(manager, name, version);
      return readIn(manager, name, version);
    });
    this.events.bundleChanged(enabled, 'enabled', by);
    return enabled;
  }

  async disable(name: string, by: string): Promise<void> {
    await this.get(name);
    await this.changing((manager) =>
      manager.query('update bundles set enabled = false where name = $1 and enabled', [name]),
    );
    this.events.bundleChanged({ name }, 'disabled', by);
  }

  async uninstall(name: string, version: string, by: string): Promise<void> {
    await this.changing(async (manager) => {
      const { enabled } = await readIn(manager, name, version);
      if (enabled) {
        const sentence = `${name} ${version} is enabled; disable it, or enable another version, and then uninstall it.`;
        throw new Problem(409, 'bundle-enabled', sentence, { name, version });
      }
      await manager.query('delete from bundles where name = $1 and version = $2', [name, version]);
    });
    this.events.bundleChanged({ name, version }, 'uninstalled', by);
  }

  /** The bundle in a file, and nothing of it is kept. @throws Problem 422 with every fault */
  read(source: string): Bundle {
    return checked(source).bundle;
  }

  async list(): Promise<StoredBundle[]> {
    return this.dataSource.query('select * from bundles order by name, installed_at');
  }

  /** All versions of a bundle. @throws Problem 404 if there is none. */
  async get(name: string): Promise<StoredBundle[]> {
    const rows: StoredBundle[] = await this.dataSource.query(
      'select * from bundles where name = $1 order by installed_at',
      [name],
    );
    if (rows.length === 0) throw missing(name);
    return rows;
  }

  async getVersion(name: string, version: string): Promise<StoredBundle> {
    return readIn(this.dataSource.manager, name, version);
  }

  private changing<T>(change: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.dataSource.transaction(async (manager) => {
      await manager.query(`update revisions set revision = revision + 1 where of = 'bundles'`);
      return change(manager);
    });
  }
}

async function enableIn(manager: EntityManager, name: string, version: string): Promise<void> {
  await readIn(manager, name, version);
  await manager.query('update bundles set enabled = false where name = $1 and version <> $2 and enabled', [
    name,
    version,
  ]);
  await manager.query('update bundles set enabled = true where name = $1 and version = $2', [name, version]);
}

async function readIn(manager: EntityManager, name: string, version: string): Promise<StoredBundle> {
  const [row] = await manager.query<StoredBundle[]>(
    'select * from bundles where name = $1 and version = $2',
    [name, version],
  );
  if (!row) throw missing(name, version);
  return row;
}

function missing(name: string, version?: string): Problem {
  const which = version === undefined ? name : `${name} ${version}`;
  return new Problem(
    404,
    'no-such-bundle',
    `The bundle ${which} is not installed; "chasqui bundle list" shows what is.`,
    { name, version },
  );
}

function otherContent({ name, version }: Bundle, differences: readonly BundleDifference[]): Problem {
  const sentence = `${name} ${version} is installed with other content (${bundleDifferencesSentence(differences)}); give the new one another version, or install it with force.`;
  const told = differences.map((one) => ({ ...one, message: bundleDifferenceSentence(one) }));
  return new Problem(409, 'bundle-differs', sentence, { name, version, differences: told });
}

function checked(source: string): { readonly bundle: Bundle; readonly faults: readonly Fault[] } {
  const { bundle, faults } = readBundle(source, { readTemplate });
  if (!bundle) throw faulty(faults);
  return { bundle, faults };
}

function faulty(faults: readonly Fault[]): Problem {
  const told = faults.map((fault) => ({ ...fault, message: bundleFaultSentence(fault) }));
  const errors = faults.filter((fault) => fault.severity === 'error').length;
  const sentence =
    errors === 1
      ? 'The bundle has an error; mend it and install it again.'
      : `The bundle has ${errors} errors; mend them and install it again.`;
  return new Problem(422, 'bundle-faulty', sentence, { faults: told });
}
