import { freePorts, startKafkaCluster, type KafkaCluster } from '@chasqui/testbed';
import { Way } from './way.fixture.js';

export interface Brokers {
  readonly cluster: KafkaCluster;
  /** Of each of those who were named: a way to each broker, and the addresses at which the ways begin. */
  readonly waysOf: ReadonlyMap<string, { readonly ways: readonly Way[]; readonly addresses: string }>;
  close(): Promise<void>;
}

/** Three brokers, and for each of those who speak with them a way of their own to each. */
export async function openBrokers(names: readonly string[]): Promise<Brokers> {
  const size = 3;
  const ports = await freePorts(2 * size * names.length);
  const places = names.map((name) => ({
    name,
    nodes: Array.from({ length: size }, () => ({ port: ports.pop()!, advertised: ports.pop()! })),
  }));
  const listeners = Array.from({ length: size }, (_, node) =>
    places.map((place, at) => ({ name: `WAY${at}`, ...place.nodes[node]! })),
  );
  const cluster = await startKafkaCluster(size, { listeners });
  const waysOf = new Map(
    await Promise.all(
      places.map(async ({ name, nodes }) => {
        const ways = await Promise.all(nodes.map(({ port, advertised }) => Way.open(advertised, port)));
        const addresses = nodes.map(({ advertised }) => `127.0.0.1:${advertised}`).join(',');
        return [name, { ways, addresses }] as const;
      }),
    ),
  );
  return {
    cluster,
    waysOf,
    close: async () => {
      for (const { ways } of waysOf.values()) for (const way of ways) way.close();
      await cluster.stop();
    },
  };
}
