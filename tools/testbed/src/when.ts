import { describe, inject, it } from 'vitest';
import type {} from './global-setup.js';

/** A suite that needs a real Kafka. Where there is none it is skipped with the reason, and fails under `CI=true`. */
export function whenKafka(title: string, suite: (brokers: string[]) => void): void {
  when(title, 'Kafka', inject('kafkaBrokers'), inject('kafkaMissing'), (brokers) =>
    suite(brokers.split(',')),
  );
}

/** A suite that starts, stops or sets up a Kafka of its own, with `startKafka`. That takes Java, whatever the other tests use. */
export function whenOwnKafka(title: string, suite: () => void): void {
  const missing = inject('ownKafkaMissing');
  when(title, 'Kafka of its own', missing === '' ? 'any' : undefined, missing, suite);
}

/** A suite that needs a real PostgreSQL server; `freshDatabase` makes it a database. */
export function whenPostgres(title: string, suite: (serverUrl: string) => void): void {
  when(title, 'PostgreSQL', inject('databaseUrl'), inject('databaseMissing'), suite);
}

/** A suite that needs a real NATS with JetStream. */
export function whenNats(title: string, suite: (server: string) => void): void {
  when(title, 'NATS', inject('natsServer'), inject('natsMissing'), suite);
}

/** A suite that starts, stops or sets up a NATS of its own, with `startNats`. */
export function whenOwnNats(title: string, suite: () => void): void {
  const missing = inject('ownNatsMissing');
  when(title, 'NATS of its own', missing === '' ? 'any' : undefined, missing, suite);
}

function when(
  title: string,
  part: string,
  address: string | undefined,
  reason: string,
  suite: (address: string) => void,
) {
  if (address) {
    describe(title, () => suite(address));
    return;
  }
  const lacking = `${title} (there is no ${part}: ${reason})`;
  if (process.env['CI'] !== 'true') it.skip(lacking);
  else {
    it(lacking, () => {
      throw new Error(`${part} is missing: ${reason}`);
    });
  }
}
