import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { formatKafka } from './format-kafka.js';
import { runOrSay } from './run-or-say.js';

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

/** The folder of Kafka's tools for administrators, which a broker does not need: fetched once, when somebody needs them. */
export async function fetchKafkaTools(): Promise<string> {
  const tools = join(home, 'tools');
  if (!existsSync(tools)) {
    const artifact = 'org.apache.kafka:kafka-tools:4.3.1';
    await once(tools, (folder) =>
      runOrSay('mvn', '-q', '-B', 'dependency:copy', `-Dartifact=${artifact}`, `-DoutputDirectory=${folder}`),
    );
  }
  return tools;
}

async function javaVersion(): Promise<string> {
  const { stderr } = await run('java', ['-version']).catch(() => {
    throw new Error('there is no java (17 or later)');
  });
  const version = /version "([^"]+)"/.exec(stderr)?.[1] ?? 'unknown';
  if (Number.parseInt(version) < 17) throw new Error(`java is ${version}, Kafka needs 17 or later`);
  return version;
}

/** Makes a folder whole or not at all; where two do it at once, one of them wins. */
async function once(folder: string, fill: (unfinished: string) => Promise<unknown>): Promise<void> {
  const unfinished = mkdtempSync(`${folder}-`);
  try {
    await fill(unfinished);
    if (!existsSync(folder)) renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}
