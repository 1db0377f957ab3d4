import 'reflect-metadata';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readInstallationTemplates } from '@chasqui/api/installation-templates';
import { startApi, type RunningApi } from '@chasqui/api/start-api';
import type { RelayParts } from '@chasqui/relay/relay';
import { readPolicy } from '@chasqui/relay/policy';
import { credentialOf, type Credential } from '@chasqui/chat';
import { makeAdapterToken, makeRelayToken } from '@chasqui/sealing';
import { SettingsError } from '@chasqui/settings';
import { createLogger, startTelemetry, type Logger } from '@chasqui/telemetry';
import { MemoryTransport } from '@chasqui/transport';
import { takeDirectory, type DataDirectory } from './data-directory.js';
import { localPolicy } from './local-policy.js';
import { openEmbedded } from './open-embedded.js';
import type { SoloOptions } from './options.js';
import { startLocalRelay } from './start-local-relay.js';

export interface Solo {
  readonly api: RunningApi;
  readonly transport: MemoryTransport;
  /** What the terminal speaks with: made by this process, for as long as it lives. */
  readonly terminal: Credential;
  /** Where everything is kept; undefined where nothing is. */
  readonly directory?: DataDirectory;
  /** Whether there is no container engine, so that only programs of this machine run. */
  readonly noEngine: boolean;
  stop(): Promise<void>;
}

/** The example bundles, as they stand in the repository. */
const examples = new URL('../../../examples/bundles', import.meta.url).pathname;

/**
 * Everything in one process: API, a relay tagged `local`, an embedded PostgreSQL, and messages that go through memory. The same code as
 * the separate services, with other parts plugged in.
 *
 * @throws DirectoryInUse where another process has the data directory open
 */
export async function startSolo(options: SoloOptions & Pick<RelayParts, 'drivers'>): Promise<Solo> {
  const kept = options.data === undefined ? undefined : takeDirectory(options.data);
  const relayState = kept?.relayState ?? mkdtempSync(join(tmpdir(), 'chasqui-'));
  const logger = loggerFor(options, kept);
  const [dataSource, telemetry] = await Promise.all([
    openEmbedded(kept?.database),
    startTelemetry({ service: 'solo', instance: String(process.pid) }),
  ]);
  const transport = new MemoryTransport();
  const terminalToken = makeAdapterToken('terminal');
  const relayToken = kept ? tokenOf(kept) : makeRelayToken('local');
  const api = await startApi(
    {
      config: {
        secretKey: Buffer.from(kept ? kept.secret('secret-key') : '00'.repeat(32), 'hex'),
        administrator: {},
        enrolRelays: relayToken,
        examples,
        http: { host: '127.0.0.1', port: options.port ?? 0 },
        timing: {
          takeWithinMs: 600_000,
          startWithinMs: 60_000,
          commandTimeoutMs: 60_000,
          suspectAfterMs: 15_000,
          offlineAfterMs: 45_000,
        },
        trustedAdapters: ['terminal'],
        localAdapters: [terminalToken],
        templates: templatesOf(options),
      },
      dataSource,
      transport,
      logger,
      metrics: () => telemetry.metrics(),
      ...(kept && { tellAdmin: (token) => writeFileSync(kept.adminToken, `${token}\n`, { mode: 0o600 }) }),
    },
    { listen: options.port !== undefined },
  );
  const relay = await startLocalRelay(
    { token: relayToken, ...policyOf(options, kept), stateFolder: relayState, apiUrl: api.url },
    { transport, logger, drivers: options.drivers },
    api,
  );
  return {
    api,
    transport,
    terminal: await credentialOf(terminalToken),
    directory: kept,
    noEngine: !relay.drivers.includes('docker'),
    stop: async () => {
      await relay.stop();
      await api.stop();
      await transport.close();
      await dataSource.destroy();
      await telemetry.stop();
      if (!kept) rmSync(relayState, { recursive: true, force: true });
      kept?.release();
    },
  };
}

/** Into the data directory, where there is one: a log line must not run into what somebody types. */
function loggerFor(options: SoloOptions, kept: DataDirectory | undefined): Logger {
  if (!kept)
    return createLogger({
      service: 'solo',
      level: options.logLevel ?? 'error',
      pretty: true,
      destination: 2,
    });
  return createLogger({
    service: 'solo',
    level: options.logLevel ?? 'info',
    destination: kept.log(),
  });
}

function tokenOf(kept: DataDirectory): string {
  const file = join(kept.path, 'relay-token');
  if (!existsSync(file)) writeFileSync(file, makeRelayToken('local'), { mode: 0o600, flag: 'wx' });
  return readFileSync(file, 'utf8').trim();
}

function templatesOf({ templates: file }: SoloOptions) {
  if (file === undefined) return undefined;
  const read = readInstallationTemplates(readFileSync(file, 'utf8'));
  if ('faults' in read) throw new SettingsError(read.faults.map((fault) => `${file}: ${fault}`));
  return read.templates;
}

function policyOf(options: SoloOptions, kept: DataDirectory | undefined) {
  const file = options.policy ?? (kept && join(kept.path, 'relay-policy.yaml'));
  if (kept && file && !options.policy && !existsSync(file)) writeFileSync(file, localPolicy);
  const read = readPolicy(file ? readFileSync(file, 'utf8') : localPolicy);
  if ('policy' in read) return { policy: read.policy, policyFile: file };
  throw new SettingsError(read.faults.map((fault) => `${file}: ${fault}`));
}
