import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readRelayToken } from '@chasqui/sealing';
import type { Logger } from '@chasqui/telemetry';
import type { INestApplicationContext } from '@nestjs/common';
import { Bundles } from './bundles/bundles.service.js';
import { bootstrap } from './people/bootstrap.js';
import { relaysIn } from './relays/relays-in.js';
import { RelayBoard } from './relays/board.service.js';
import { Relays } from './relays/relays.service.js';
import type { ApiParts } from './parts.js';

/** What a start made that was not there before. */
export interface FirstStart {
  readonly adminCreated: boolean;
  readonly adminToken?: string;
  readonly relaysEnrolled: readonly string[];
  readonly bundlesInstalled: readonly string[];
}

/** Makes what a new installation needs: the administrator, the relays it was told of, the example bundles. Any later start makes nothing. */
export async function firstStart(
  app: INestApplicationContext,
  { config, dataSource, logger, tellAdmin }: Pick<ApiParts, 'config' | 'dataSource' | 'logger' | 'tellAdmin'>,
): Promise<FirstStart> {
  const { created, token } = await bootstrap(dataSource, { token: config.bootstrapToken });
  // At once: the database keeps only its hash, and what follows may fail, or wait for a broker until somebody loses patience.
  if (token !== undefined) tellAdmin?.(token);
  const bundlesInstalled =
    created && config.examples ? await installAll(app.get(Bundles), config.examples, logger) : [];
  const relaysEnrolled = await enrolAll(app.get(Relays), config.enrolRelays ?? '');
  await app.get(RelayBoard).load();
  return { adminCreated: created, adminToken: token, relaysEnrolled, bundlesInstalled };
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

async function enrolAll(relays: Relays, lines: string): Promise<string[]> {
  const enrolled: string[] = [];
  for (const { token, tags } of relaysIn(lines)) {
    const made = await relays.enrol(token, tags);
    if (made) enrolled.push(readRelayToken(token)!.relay);
  }
  return enrolled;
}
