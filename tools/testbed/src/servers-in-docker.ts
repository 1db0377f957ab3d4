import { havePulled, startContainer } from './container.js';
import type { Server } from './first-that-works.js';
import { freePorts } from './free-ports.js';
import { runningEngine } from './running-engine.js';

/** The images of `docker-compose.yml`, so that whoever has tried the one has them for the other. */
export const kafkaImage = 'apache/kafka:4.1.0';
export const postgresImage = 'postgres:17';

const pullWithinMs = 60_000;

/** A Kafka of one KRaft node in a container of the engine that runs here. Throws with the reason where it cannot be had. */
export async function kafkaInDocker(say: (line: string) => void): Promise<Server> {
  const dockerHost = await engineHere();
  await havePulled(dockerHost, kafkaImage, pullWithinMs, say);
  const [port = 0] = await freePorts(1);
  const address = `127.0.0.1:${port}`;
  const container = await startContainer(dockerHost, {
    image: kafkaImage,
    port,
    ready: /Kafka Server started/,
    environment: {
      CLUSTER_ID: 'Y2hhc3F1aS10ZXN0YmVkMQ',
      KAFKA_NODE_ID: '1',
      KAFKA_PROCESS_ROLES: 'broker,controller',
      KAFKA_CONTROLLER_QUORUM_VOTERS: '1@127.0.0.1:9093',
      KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
      KAFKA_LISTENERS: `PLAINTEXT://:${port},CONTROLLER://127.0.0.1:9093`,
      KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://${address}`,
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
      KAFKA_LOG_DIRS: '/var/lib/kafka/data',
      KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
      KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS: '1',
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_NUM_PARTITIONS: '1',
      KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
      KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR: '1',
      KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR: '1',
      KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
      KAFKA_HEAP_OPTS: '-Xmx256m -Xms64m',
    },
  });
  return { address, about: `${kafkaImage} in Docker at ${address}`, stop: () => container.stop() };
}

/** A PostgreSQL that does not wait for the disk, in a container of the engine that runs here. Throws with the reason where it cannot be had. */
export async function postgresInDocker(say: (line: string) => void): Promise<Server> {
  const dockerHost = await engineHere();
  await havePulled(dockerHost, postgresImage, pullWithinMs, say);
  const [port = 0] = await freePorts(1);
  const container = await startContainer(dockerHost, {
    image: postgresImage,
    port,
    innerPort: 5432,
    // While it makes its first database it listens inside only.
    ready: /listening on IPv4[^]*ready to accept connections/,
    environment: { POSTGRES_USER: 'postgres', POSTGRES_PASSWORD: 'postgres' },
    command: [
      'postgres',
      ...['max_connections=200', 'shared_buffers=64MB'].flatMap((setting) => ['-c', setting]),
      ...['fsync', 'synchronous_commit', 'full_page_writes'].flatMap((name) => ['-c', `${name}=off`]),
    ],
  });
  return {
    address: `postgres://postgres:postgres@127.0.0.1:${port}/postgres`,
    about: `${postgresImage} in Docker at 127.0.0.1:${port}`,
    stop: () => container.stop(),
  };
}

async function engineHere(): Promise<string> {
  const dockerHost = await runningEngine();
  if (!dockerHost) throw new Error('no container engine answers');
  return dockerHost;
}
