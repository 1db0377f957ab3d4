import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readRelayToken } from '@chasqui/sealing';
import type { Logger } from '@chasqui/telemetry';
import type { INestApplicationContext } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { Bundles } from './bundles/bundles.service.js';
import type { ApiConfig } from './config.js';
import { bootstrap } from './people/bootstrap.js';
import { RelayBoard } from './relays/board.service.js';
import { Relays } from './relays/relays.service.js';

/** What a start made that was not there before. `adminToken` is shown this once. */
export interface FirstStart {
  readonly adminCreated: boolean;
  readonly adminToken?: string;
  readonly relaysEnrolled: readonly string[];
  readonly bundlesInstalled: readonly string[];
}

/** Makes what a new installation needs: the administrator, the relays it was told of, the example bundles. Any later start makes nothing. */
export async function firstStart(
  app: INestApplicationContext,
  { config, dataSource, logger }: { config: ApiConfig; dataSource: DataSource; logger: Logger },
): Promise<FirstStart> {
  const { created, token } = await bootstrap(dataSource, { token: config.bootstrapToken });
  const bundlesInstalled =
    created && config.examples ? await installAll(app.get(Bundles), config.examples, logger) : [];
  const relaysEnrolled = await enrolAll(app.get(Relays), config.enrolRelays ?? '');
  await app.get(RelayBoard).load();
  return { adminCreated: created, adminToken: token, relaysEnrolled, bundlesInstalled };
}

async function installAll(bundles: Bundles, folder: string, logger: Logger): Promise<string[]> {
  const installed: string[] = [];
  for (const file of (await readdir(folder)).filter((name) => /\.ya?ml$/.test(name)).toSorted()) {
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

/** A line each: a token, and its tags behind a blank. */
async function enrolAll(relays: Relays, lines: string): Promise<string[]> {
  const enrolled: string[] = [];
  for (const line of lines.split('\n').map((text) => text.trim())) {
    if (line === '' || line.startsWith('#')) continue;
    const [token, tags] = line.split(/\s+/, 2);
    const made = await relays.enrol(token!, tags ? tags.split(',') : []);
    if (made) enrolled.push(readRelayToken(token!)!.relay);
  }
  return enrolled;
}
