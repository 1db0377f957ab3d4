import { randomBytes } from 'node:crypto';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { kafkaProperties, type KafkaUser } from './kafka-properties.js';
import { runOrSay } from './run-or-say.js';

/** Makes an empty data folder for the node 1, in which users of SCRAM may already be known. */
export async function formatKafka(
  folder: string,
  classpath: string,
  users: readonly KafkaUser[] = [],
): Promise<void> {
  const settings = join(folder, 'format.properties');
  writeFileSync(settings, kafkaProperties({ id: 1, controllers: [2], dataDir: folder, client: 1, inner: 0 }));
  await runOrSay(
    'java',
    '-cp',
    classpath,
    'kafka.tools.StorageTool',
    'format',
    '-t',
    'Y2hhc3F1aS10ZXN0YmVkMQ',
    '-c',
    settings,
    ...users.flatMap(({ username, password }) => [
      '--add-scram',
      `SCRAM-SHA-512=[name=${username},password=${password}]`,
    ]),
  );
  rmSync(settings);
}

/** Copies a data folder for the node `id` of a cluster: formatting takes a JVM and a second, and all that tells nodes apart are two lines. */
export function copyFormatted(formatted: string, folder: string, id: number): void {
  cpSync(formatted, folder, { recursive: true });
  const file = join(folder, 'meta.properties');
  const mine = readFileSync(file, 'utf8')
    .replace(/^node\.id=.*$/m, `node.id=${id}`)
    // Sixteen bytes, as Kafka writes a UUID.
    .replace(/^directory\.id=.*$/m, `directory.id=${randomBytes(16).toString('base64url')}`);
  writeFileSync(file, mine);
}
