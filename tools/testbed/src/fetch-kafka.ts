import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

const home = fileURLToPath(new URL('../../../.cache/kafka-4.3.1', import.meta.url));
const pom = fileURLToPath(new URL('../src/kafka-pom.xml', import.meta.url));

export interface KafkaFiles {
  /** For `java -cp`. */
  readonly classpath: string;
  /** A formatted, empty data folder to be copied; the tool that makes one takes a JVM and a second. */
  readonly formatted: string;
  /** The archive of loaded classes that starts the JVM faster; it may not be there yet. */
  readonly archive: string;
}

/**
 * Apache Kafka 4.3.1 from Maven Central, fetched once and kept under `.cache`. Throws with the reason where it cannot be had.
 */
export async function fetchKafka(say: (line: string) => void): Promise<KafkaFiles> {
  const java = await javaVersion();
  const jars = join(home, 'libs');
  mkdirSync(home, { recursive: true });
  if (!existsSync(jars)) {
    say('fetching Apache Kafka 4.3.1 with Maven (44 MiB, once)');
    await once(jars, (folder) =>
      runOrSay('mvn', '-q', '-B', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${folder}`),
    );
  }
  const classpath = join(jars, '*');
  const formatted = join(home, 'formatted');
  if (!existsSync(formatted)) await once(formatted, (folder) => formatKafka(folder, classpath));
  return { classpath, formatted, archive: join(home, `classes-java-${java}.jsa`) };
}

async function javaVersion(): Promise<string> {
  const { stderr } = await run('java', ['-version']).catch(() => {
    throw new Error('there is no java (17 or later)');
  });
  const version = /version "([^"]+)"/.exec(stderr)?.[1] ?? 'unknown';
  if (Number.parseInt(version) < 17) throw new Error(`java is ${version}, Kafka needs 17 or later`);
  return version;
}

/** Makes an empty data folder, in which users of SCRAM may already be known. */
export async function formatKafka(folder: string, classpath: string, user?: KafkaUser): Promise<void> {
  const settings = join(folder, 'format.properties');
  writeFileSync(settings, kafkaProperties({ dataDir: folder, client: 1, controller: 2 }));
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
    ...(user ? ['--add-scram', `SCRAM-SHA-512=[name=${user.username},password=${user.password}]`] : []),
  );
  rmSync(settings);
}

/** Whom a broker lets in. */
export interface KafkaUser {
  readonly username: string;
  readonly password: string;
}

/** Makes a folder whole or not at all; where two do it at once, one of them wins. */
async function once(folder: string, fill: (unfinished: string) => Promise<void>): Promise<void> {
  const unfinished = mkdtempSync(`${folder}-`);
  try {
    await fill(unfinished);
    if (!existsSync(folder)) renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

async function runOrSay(program: string, ...args: string[]): Promise<void> {
  try {
    await run(program, args, { maxBuffer: 16 * 1024 * 1024 });
  } catch (error) {
    const { code, stdout, stderr } = error as { code: unknown; stdout?: string; stderr?: string };
    if (code === 'ENOENT') throw new Error(`there is no ${program}`, { cause: error });
    throw new Error(`${program} failed: ${(stderr || stdout || '').trim().slice(-500)}`, { cause: error });
  }
}

/** The settings of one node that is broker and controller, small and quick. `client` and `controller` are ports on loopback. */
export function kafkaProperties(node: {
  dataDir: string;
  client: number;
  controller: number;
  inner?: number;
  sasl?: KafkaUser;
  scram?: boolean;
  /** A file with a key and its certificate, PEM. */
  keystore?: string;
}): string {
  const inner = node.inner ?? 0;
  const { sasl, keystore, scram } = node;
  const protocol = `${sasl || scram ? 'SASL_' : ''}${keystore ? 'SSL' : 'PLAINTEXT'}`;
  const apart = protocol !== 'PLAINTEXT';
  return [
    'process.roles=broker,controller',
    'node.id=1',
    `controller.quorum.voters=1@127.0.0.1:${node.controller}`,
    'controller.listener.names=CONTROLLER',
    `listeners=CLIENT://127.0.0.1:${node.client},CONTROLLER://127.0.0.1:${node.controller}${apart ? `,INNER://127.0.0.1:${inner}` : ''}`,
    `listener.security.protocol.map=CLIENT:${protocol},CONTROLLER:PLAINTEXT,INNER:PLAINTEXT`,
    `inter.broker.listener.name=${apart ? 'INNER' : 'CLIENT'}`,
    ...(sasl
      ? [
          'listener.name.client.sasl.enabled.mechanisms=PLAIN',
          'listener.name.client.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required ' +
            `user_${sasl.username}="${sasl.password}";`,
        ]
      : []),
    ...(scram
      ? [
          'listener.name.client.sasl.enabled.mechanisms=SCRAM-SHA-512',
          'listener.name.client.scram-sha-512.sasl.jaas.config=' +
            'org.apache.kafka.common.security.scram.ScramLoginModule required;',
        ]
      : []),
    ...(keystore ? ['ssl.keystore.type=PEM', `ssl.keystore.location=${keystore}`] : []),
    `log.dirs=${node.dataDir}`,
    'auto.create.topics.enable=false',
    'offsets.topic.num.partitions=1',
    'offsets.topic.replication.factor=1',
    'transaction.state.log.num.partitions=1',
    'transaction.state.log.replication.factor=1',
    'transaction.state.log.min.isr=1',
    'group.initial.rebalance.delay.ms=0',
    // How long the controller believes in a broker that was killed, and so how long its next start takes.
    'broker.session.timeout.ms=3000',
    'broker.heartbeat.interval.ms=500',
    'log.cleaner.dedupe.buffer.size=2097152',
    '',
  ].join('\n');
}
