import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Certificate } from './certificates.js';
import { fetchKafka, type KafkaFiles } from './fetch-kafka.js';
import { copyFormatted, formatKafka } from './format-kafka.js';
import { freePorts } from './free-ports.js';
import { kafkaProperties, type KafkaListener, type KafkaUser } from './kafka-properties.js';
import { runKafka } from './run-kafka.js';

export interface KafkaOptions {
  /** Default: a free one. */
  readonly port?: number;
  /** Ask clients for SASL/PLAIN with this one user. */
  readonly sasl?: KafkaUser;
  /** Ask clients for SASL/SCRAM-SHA-512 with one of these users instead. */
  readonly scram?: KafkaUser | readonly KafkaUser[];
  /** Which of the users may do everything; the others may do only what ACLs allow them. Default: everybody may do everything. */
  readonly administrator?: string;
  /** Speak TLS with clients, by this certificate. */
  readonly tls?: Certificate;
  /** More doors for clients, which advertise other ports: for each node, node 1 first. */
  readonly listeners?: readonly (readonly KafkaListener[])[];
  /** Run it with the flags of Kafka's own start script, and not small and soon ready: for what is measured. */
  readonly asShipped?: boolean;
  /** Where progress goes that somebody waits for. Default: nowhere. */
  readonly say?: (line: string) => void;
}

export interface KafkaBroker {
  /** `127.0.0.1:port` */
  readonly brokers: string;
  /** Where it keeps what was sent to it, uncompressed: its administrator's view. */
  readonly dataDir: string;
  /** Of its process, as long as it runs: whoever stops it with SIGSTOP has to go on with SIGCONT. */
  readonly pid: number;
  /** Stops it for good and removes its data. */
  stop(): Promise<void>;
  /** Asks it to end (SIGTERM), or makes it end (SIGKILL). Its data stays for `restart`. */
  kill(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Starts it again on the same port and data. */
  restart(): Promise<void>;
}

/** Several brokers that share topics; any of them may be killed and restarted by itself. */
export interface KafkaCluster {
  /** `127.0.0.1:port,127.0.0.1:port,…` */
  readonly brokers: string;
  /** Node 1 first. `stop` of one leaves it to `stop` of the cluster to stop the others. */
  readonly nodes: readonly KafkaBroker[];
  /** Stops all of them for good and removes their data. */
  stop(): Promise<void>;
}

/**
 * A real Apache Kafka, one KRaft node on loopback, ready when this resolves. It owns a data folder under the temp folder and
 * dies with us. Throws with the reason where it cannot be had.
 */
export async function startKafka(options: KafkaOptions = {}): Promise<KafkaBroker> {
  const { nodes } = await startKafkaCluster(1, options);
  return nodes[0]!;
}

/**
 * The same with several nodes, each broker and controller. With three, every topic that asks for it is kept three times and takes what two of
 * them have: one may be away. They take
 * 140 MB of memory each, 200 under load.
 */
export async function startKafkaCluster(size = 3, options: KafkaOptions = {}): Promise<KafkaCluster> {
  const files = await fetchKafka(options.say ?? (() => undefined));
  const ports = await freePorts(3 * size);
  const controllers = ports.splice(0, size);
  const homes = controllers.map(() => mkdtempSync(join(tmpdir(), 'chq-kafka-')));
  await layOut(homes, files, options);
  const starting = homes.map(async (home, at) => {
    const [client = 0, inner = 0] = ports.splice(0, 2);
    return startNode(
      files,
      home,
      { id: at + 1, controllers, client: options.port ?? client, inner },
      options,
    );
  });
  const started = await Promise.allSettled(starting);
  const nodes = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const stop = async () => {
    // Those that stop in good order wait for one another.
    if (size > 1) await Promise.all(nodes.map((node) => node.kill('SIGKILL')));
    await Promise.all(nodes.map((node) => node.stop()));
  };
  const failed = started.find((one) => one.status === 'rejected');
  if (failed) {
    await stop();
    throw failed.reason;
  }
  return { brokers: nodes.map((node) => node.brokers).join(','), nodes, stop };
}

/** Each home gets a data folder of its own, and all of them know the same users. */
async function layOut(homes: readonly string[], files: KafkaFiles, { scram }: KafkaOptions): Promise<void> {
  const users = scram ? [scram].flat() : [];
  const formatted = users.length > 0 ? join(homes[0]!, 'formatted') : files.formatted;
  if (users.length > 0) {
    mkdirSync(formatted);
    await formatKafka(formatted, files.classpath, users);
  }
  for (const [at, home] of homes.entries()) copyFormatted(formatted, join(home, 'data'), at + 1);
}

async function startNode(
  files: KafkaFiles,
  home: string,
  place: { id: number; controllers: readonly number[]; client: number; inner: number },
  { sasl, scram, tls, administrator, listeners, asShipped }: KafkaOptions,
): Promise<KafkaBroker> {
  const dataDir = join(home, 'data');
  const keystore = join(home, 'keystore.pem');
  if (tls) writeFileSync(keystore, `${tls.key}${tls.cert}`, { mode: 0o600 });
  const settings = kafkaProperties({
    ...place,
    dataDir,
    ...(sasl && { sasl }),
    scram: scram !== undefined,
    ...(tls && { keystore }),
    ...(administrator !== undefined && { administrator }),
    ...(listeners && { listeners: listeners[place.id - 1]! }),
  });
  writeFileSync(join(home, 'server.properties'), settings);
  let running = await runKafka(files, home, asShipped);
  return {
    brokers: `127.0.0.1:${place.client}`,
    dataDir,
    get pid() {
      return running.pid;
    },
    kill: (signal = 'SIGTERM') => running.end(signal),
    restart: async () => {
      await running.end('SIGTERM');
      running = await runKafka(files, home, asShipped);
    },
    stop: async () => {
      await running.end('SIGTERM');
      rmSync(home, { recursive: true, force: true });
    },
  };
}
