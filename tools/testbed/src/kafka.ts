import { spawn, type ChildProcess } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  closeSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dieWithUs } from './die-with-us.js';
import type { Certificate } from './certificates.js';
import { fetchKafka, formatKafka, kafkaProperties, type KafkaFiles, type KafkaUser } from './fetch-kafka.js';
import { freePorts } from './free-ports.js';

export interface KafkaOptions {
  /** Default: a free one. */
  readonly port?: number;
  /** Ask clients for SASL/PLAIN with this one user. */
  readonly sasl?: KafkaUser;
  /** Ask clients for SASL/SCRAM-SHA-512 with this one user instead. */
  readonly scram?: KafkaUser;
  /** Speak TLS with clients, by this certificate. */
  readonly tls?: Certificate;
  /** Where progress goes that somebody waits for. Default: nowhere. */
  readonly say?: (line: string) => void;
}

export interface KafkaBroker {
  /** `127.0.0.1:port` */
  readonly brokers: string;
  /** Where it keeps what was sent to it, uncompressed: its administrator's view. */
  readonly dataDir: string;
  /** Stops it for good and removes its data. */
  stop(): Promise<void>;
  /** Asks it to end (SIGTERM), or makes it end (SIGKILL). Its data stays for `restart`. */
  kill(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Starts it again on the same port and data. */
  restart(): Promise<void>;
}

/**
 * A real Apache Kafka, one KRaft node on loopback, ready when this resolves. It owns a data folder under the temp folder and
 * dies with us. Throws with the reason where it cannot be had.
 */
export async function startKafka(options: KafkaOptions = {}): Promise<KafkaBroker> {
  const files = await fetchKafka(options.say ?? (() => undefined));
  const [client = 0, controller = 0, inner = 0] = await freePorts(3);
  const port = options.port ?? client;
  const home = mkdtempSync(join(tmpdir(), 'chq-kafka-'));
  const dataDir = join(home, 'data');
  const { sasl, scram, tls } = options;
  if (scram) {
    mkdirSync(dataDir);
    await formatKafka(dataDir, files.classpath, scram);
  } else cpSync(files.formatted, dataDir, { recursive: true });
  const keystore = join(home, 'keystore.pem');
  if (tls) writeFileSync(keystore, `${tls.key}${tls.cert}`, { mode: 0o600 });
  writeFileSync(
    join(home, 'server.properties'),
    kafkaProperties({
      dataDir,
      client: port,
      controller,
      inner,
      ...(sasl && { sasl }),
      scram: scram !== undefined,
      ...(tls && { keystore }),
    }),
  );
  const brokers = `127.0.0.1:${port}`;
  let running = await start(files, home);
  return {
    brokers,
    dataDir,
    kill: (signal = 'SIGTERM') => running.end(signal),
    restart: async () => {
      await running.end('SIGTERM');
      running = await start(files, home);
    },
    stop: async () => {
      await running.end('SIGTERM');
      rmSync(home, { recursive: true, force: true });
    },
  };
}

const small = ['-Xmx256m', '-Xms64m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-XX:-UsePerfData'];
const told = [
  '-Xlog:cds=off',
  '-Xlog:cds+dynamic=off',
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
  '-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info',
];

async function start(files: KafkaFiles, home: string) {
  const logFile = join(home, 'kafka.log');
  const log = openSync(logFile, 'w');
  const archiving = `${files.archive}.${process.pid}`;
  const archived = existsSync(files.archive);
  const archive = archived
    ? `-XX:SharedArchiveFile=${files.archive}`
    : `-XX:ArchiveClassesAtExit=${archiving}`;
  const settings = join(home, 'server.properties');
  const args = [...small, archive, ...told, '-cp', files.classpath, 'kafka.Kafka', settings];
  const child = spawn('java', args, { stdio: ['ignore', log, log], detached: true });
  closeSync(log);
  const exited = new Promise<void>((resolve) =>
    child.once('exit', () => resolve()).once('error', () => resolve()),
  );
  const callOff = dieWithUs(child.pid ?? 0, home);
  const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
    child.ref();
    if (isAlive(child)) child.kill(signal);
    await exited;
    callOff();
    if (!archived && existsSync(archiving)) renameSync(archiving, files.archive);
  };
  const until = Date.now() + 60_000;
  while (!readFileSync(logFile, 'utf8').includes('Kafka Server started')) {
    if (!isAlive(child) || Date.now() > until) {
      await end('SIGKILL');
      const text = readFileSync(logFile, 'utf8').trim().slice(-1000);
      rmSync(home, { recursive: true, force: true });
      throw new Error(`Kafka did not start: ${text || 'java ended without a word'}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  child.unref();
  return { end };
}

function isAlive(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}
