import { readFileSync } from 'node:fs';
import type { TestProject } from 'vitest/node';
import { fetchKafka } from './fetch-kafka.js';
import { firstThatWorks, whatIsUsed, type Found, type Way } from './first-that-works.js';
import { natsVersion } from './nats.js';
import { kafkaWays, natsWays, postgresWays } from './server-ways.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** `host:port,host:port`; undefined where no Kafka can be had, and then `kafkaMissing` says why. */
    kafkaBrokers: string | undefined;
    kafkaMissing: string;
    /** Why `startKafka` cannot start one; empty where it can. */
    ownKafkaMissing: string;
    /** Of a server where databases can be made; undefined where none can be had, and then `databaseMissing` says why. */
    databaseUrl: string | undefined;
    databaseMissing: string;
    /** `host:port`; undefined where no NATS can be had, and then `natsMissing` says why. */
    natsServer: string | undefined;
    natsMissing: string;
    /** Why `startNats` cannot start one; empty where it can. */
    ownNatsMissing: string;
  }
}

/**
 * Gives the tests their servers, once for the whole run, each only when a test that is to run asks for it: those of `KAFKA_BROKERS`,
 * `DATABASE_URL` and `NATS_SERVERS` where these are set, else containers where a container engine runs and has or can pull the images, else a Kafka
 * from Maven Central and the PostgreSQL that npm brought. Says which, and why not the one before.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const text = await textOfTests(project);
  const unasked: Found = { instead: 'no test that was to run names it' };
  const [kafka, postgres, nats] = await Promise.all([
    /\bwhenKafka\b/.test(text) ? found('Kafka', kafkaWays(process.env['KAFKA_BROKERS'])) : unasked,
    /\bwhenPostgres\b/.test(text) ? found('PostgreSQL', postgresWays(process.env['DATABASE_URL'])) : unasked,
    /\bwhenNats\b/.test(text) ? found('NATS', natsWays(process.env['NATS_SERVERS'])) : unasked,
  ]);
  // After that, so that it is fetched once.
  const own = /\bwhenOwnKafka\b/.test(text) ? await whyNoKafka() : unasked.instead;
  project.provide('kafkaBrokers', kafka.server?.address);
  project.provide('kafkaMissing', kafka.instead);
  project.provide('ownKafkaMissing', own);
  project.provide('databaseUrl', postgres.server?.address);
  project.provide('databaseMissing', postgres.instead);
  project.provide('natsServer', nats.server?.address);
  project.provide('natsMissing', nats.instead);
  const ownNats = /\bwhenOwnNats\b/.test(text) ? await whyNoNats() : unasked.instead;
  project.provide('ownNatsMissing', ownNats);
  return async () => {
    await Promise.all([kafka, postgres, nats].map(async ({ server }) => server?.stop?.()));
  };
}

/** Why tests cannot start a Kafka of their own; empty where they can. */
async function whyNoKafka(): Promise<string> {
  try {
    await fetchKafka(console.log);
    return '';
  } catch (error) {
    const { message } = error as Error;
    console.log(whatIsUsed('Kafka OF THEIR OWN', { instead: message }, process.env['CI'] === 'true'));
    return message;
  }
}

/** Why tests cannot start a NATS of their own; empty where they can. */
async function whyNoNats(): Promise<string> {
  return natsVersion().then(
    () => '',
    (error: Error) => error.message,
  );
}

async function found(name: string, ways: readonly Way[]): Promise<Found> {
  const result = await firstThatWorks(ways);
  console.log(whatIsUsed(name, result, process.env['CI'] === 'true'));
  return result;
}

/** The test files that are to run, all in one; which servers they need shows in them. */
async function textOfTests(project: TestProject): Promise<string> {
  const { filenamePattern } = project.vitest as unknown as { filenamePattern?: string[] };
  const { testFiles } = await project.globTestFiles(filenamePattern);
  return testFiles.map((file) => readFileSync(file, 'utf8')).join('\n');
}
