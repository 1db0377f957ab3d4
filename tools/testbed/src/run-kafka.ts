import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { dieWithUs } from './die-with-us.js';
import type { KafkaFiles } from './fetch-kafka.js';

/** One node of Kafka, running. */
export interface RunningKafka {
  readonly pid: number;
  /** Ends it, and resolves once it has ended. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/** Ready soon and in little memory, and a third slower once it runs. */
const small = ['-Xmx256m', '-Xms64m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-XX:-UsePerfData'];
/** Those of kafka-server-start.sh and kafka-run-class.sh. */
const shipped = [
  '-Xmx1G',
  '-Xms1G',
  '-server',
  '-XX:+UseG1GC',
  '-XX:MaxGCPauseMillis=20',
  '-XX:InitiatingHeapOccupancyPercent=35',
  '-XX:+ExplicitGCInvokesConcurrent',
];
const told = [
  '-Xlog:cds=off',
  '-Xlog:cds+dynamic=off',
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
  '-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info',
];

/**
 * Runs the node whose `server.properties` lie in this folder, ready when this resolves; its log goes there too. Throws with the end of its log
 * where it does not start, and then the folder is gone.
 * @param asShipped with the flags of Kafka's own start script, for what is measured
 */
export async function runKafka(files: KafkaFiles, home: string, asShipped = false): Promise<RunningKafka> {
  const logFile = join(home, 'kafka.log');
  const log = openSync(logFile, 'w');
  const archiving = `${files.archive}.${basename(home)}`;
  const archives = !asShipped && !existsSync(files.archive);
  const archive = archives
    ? `-XX:ArchiveClassesAtExit=${archiving}`
    : `-XX:SharedArchiveFile=${files.archive}`;
  const flags = asShipped ? shipped : [...small, archive];
  const settings = join(home, 'server.properties');
  const args = [...flags, ...told, '-cp', files.classpath, 'kafka.Kafka', settings];
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
    if (archives && existsSync(archiving)) renameSync(archiving, files.archive);
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
  return { pid: child.pid!, end };
}

function isAlive(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}
