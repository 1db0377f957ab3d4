import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readAdapterToken } from '@chasqui/sealing';
import type { Logger } from '@chasqui/telemetry';
import type { INestApplicationContext } from '@nestjs/common';
import { adaptersIn } from './adapters/adapters-in.js';
import { Audit } from './audit/audit.service.js';
import { AdapterBoard } from './adapters/adapter-board.service.js';
import { Adapters } from './adapters/adapters.service.js';
import { Bundles } from './bundles/bundles.service.js';
import { bootstrap, newBootstrapToken, prepareAdmins } from './people/bootstrap.js';
import { Events } from './events.js';
import { relaysIn } from './relays/relays-in.js';
import { RelayBoard } from './relays/board.service.js';
import { Relays } from './relays/relays.service.js';
import type { ApiParts } from './parts.js';

/** What a start made that was not there before. */
export interface FirstStart {
  /** The first administrator's token, where the process makes one itself. */
  readonly adminToken?: string;
  readonly relaysEnrolled: readonly string[];
  readonly adaptersEnrolled: readonly string[];
  readonly bundlesInstalled: readonly string[];
}

/** Makes what a new installation needs: the role of administrators, the relays it was told of, the example bundles. Any later start makes nothing. */
export async function firstStart(
  app: INestApplicationContext,
  parts: Pick<ApiParts, 'config' | 'dataSource' | 'logger' | 'tellAdmin' | 'tellBootstrapToken'>,
): Promise<FirstStart> {
  const { config, dataSource, logger } = parts;
  const isNew = await prepareAdmins(dataSource);
  const adminToken = await letSomebodyAdminister(parts);
  const bundlesInstalled =
    isNew && config.examples ? await installAll(app.get(Bundles), config.examples, logger) : [];
  const events = app.get(Events);
  const relaysEnrolled = await enrolAll(app.get(Relays), config.enrolRelays ?? '', events);
  const adaptersEnrolled = await enrolAdapters(app.get(Adapters), config.enrolAdapters ?? '', events);
  const audit = app.get(Audit);
  const made = (action: string, kind: string, name?: string) =>
    audit.note({ action, method: 'operator', resource: { kind, name } }, { result: 'allowed' });
  if (adminToken !== undefined) made('bootstrap.make', 'installation');
  for (const name of bundlesInstalled) made('bundles.install', 'bundle', name);
  for (const name of relaysEnrolled) made('relays.enrol', 'relay', name);
  for (const name of adaptersEnrolled) made('adapters.enrol', 'adapter', name);
  await Promise.all([app.get(RelayBoard).load(), app.get(AdapterBoard).load()]);
  return {
    ...(adminToken !== undefined && { adminToken }),
    relaysEnrolled,
    adaptersEnrolled,
    bundlesInstalled,
  };
}

/**
 * Where whoever starts the process owns all of it, they get an administrator. Elsewhere nobody is made: whoever has the bootstrap token makes the
 * first. A token is told at once: the database keeps only its hash, and what follows may fail, or wait for a broker until somebody loses
 * patience.
 */
async function letSomebodyAdminister({
  config,
  dataSource,
  tellAdmin,
  tellBootstrapToken,
}: Pick<ApiParts, 'config' | 'dataSource' | 'tellAdmin' | 'tellBootstrapToken'>): Promise<
  string | undefined
> {
  if (config.administrator) {
    const { token } = await bootstrap(dataSource, config.administrator);
    if (token !== undefined) tellAdmin?.(token);
    return token;
  }
  if (config.bootstrapToken !== undefined) return undefined;
  const token = await newBootstrapToken(dataSource);
  if (token !== undefined) tellBootstrapToken?.(token);
  return undefined;
}

async function installAll(bundles: Bundles, folder: string, logger: Logger): Promise<string[]> {
  const installed: string[] = [];
  const files = await readdir(folder).catch((cause: unknown) => {
    logger.warn({ err: cause }, 'the folder that CHASQUI_EXAMPLES names cannot be read');
    return [];
  });
  for (const file of files.filter((name) => /(?<!\.transcript)\.ya?ml$/.test(name)).toSorted()) {
    try {
      const { bundle } = await bundles.install(await readFile(join(folder, file), 'utf8'), 'first start', {
        enable: true,
      });
      installed.push(bundle.name);
    } catch (cause) {
      logger.warn({ err: cause, file }, 'an example bundle was not installed');
    }
  }
  return installed;
}

async function enrolAll(relays: Relays, lines: string, events: Events): Promise<string[]> {
  const all = await relays.enrolAll(relaysIn(lines));
  for (const { relay, came } of all) if (came === 'revoked') events.revokedNotEnrolled('relay', relay);
  return all.filter(({ came }) => came === 'made').map(({ relay }) => relay);
}

async function enrolAdapters(adapters: Adapters, lines: string, events: Events): Promise<string[]> {
  const enrolled: string[] = [];
  for (const { token, workspaces } of adaptersIn(lines)) {
    const { adapter } = readAdapterToken(token)!;
    const made = await adapters.enrol(token, workspaces);
    if (made === 'made') enrolled.push(adapter);
    if (made === 'revoked') events.revokedNotEnrolled('adapter', adapter);
  }
  return enrolled;
}
