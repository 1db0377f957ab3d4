/** Whom a broker lets in. */
export interface KafkaUser {
  readonly username: string;
  readonly password: string;
}

/** One more door for clients of a node, who are told to come by another port: that of a proxy before it. */
export interface KafkaListener {
  /** Capitals and digits. */
  readonly name: string;
  readonly port: number;
  readonly advertised: number;
}

/** A node that is broker and controller. What is named after a listener is its port on loopback. */
export interface KafkaNode {
  /** From 1 on. */
  readonly id: number;
  /** Where the controllers listen, in the order of their ids. */
  readonly controllers: readonly number[];
  readonly dataDir: string;
  /** For clients. */
  readonly client: number;
  /** For the other brokers, where clients are asked who they are. */
  readonly inner: number;
  readonly sasl?: KafkaUser;
  readonly scram?: boolean;
  /** A file with a key and its certificate, PEM. */
  readonly keystore?: string;
  readonly listeners?: readonly KafkaListener[];
  /** Who may do everything; others what ACLs allow them. Without it everybody may. */
  readonly administrator?: string;
}

/** The settings of a node, small and quick. */
export function kafkaProperties(node: KafkaNode): string {
  const { sasl, keystore, scram, administrator, controllers, listeners = [] } = node;
  const protocol = `${sasl || scram ? 'SASL_' : ''}${keystore ? 'SSL' : 'PLAINTEXT'}`;
  const apart = protocol !== 'PLAINTEXT';
  const here = (listener: string, port = 0) => `${listener}://127.0.0.1:${port}`;
  const copies = Math.min(3, controllers.length);
  return [
    'process.roles=broker,controller',
    `node.id=${node.id}`,
    `controller.quorum.voters=${controllers.map((port, at) => `${at + 1}@127.0.0.1:${port}`).join(',')}`,
    'controller.listener.names=CONTROLLER',
    `listeners=${[
      here('CLIENT', node.client),
      here('CONTROLLER', controllers[node.id - 1]),
      ...(apart ? [here('INNER', node.inner)] : []),
      ...listeners.map(({ name, port }) => here(name, port)),
    ].join(',')}`,
    `listener.security.protocol.map=${[
      `CLIENT:${protocol},CONTROLLER:PLAINTEXT,INNER:PLAINTEXT`,
      ...listeners.map(({ name }) => `${name}:PLAINTEXT`),
    ].join(',')}`,
    ...(listeners.length > 0
      ? [
          `advertised.listeners=${[
            here('CLIENT', node.client),
            ...(apart ? [here('INNER', node.inner)] : []),
            ...listeners.map(({ name, advertised }) => here(name, advertised)),
          ].join(',')}`,
        ]
      : []),
    `inter.broker.listener.name=${apart ? 'INNER' : 'CLIENT'}`,
    ...(sasl
      ? [
          'listener.name.client.sasl.enabled.mechanisms=PLAIN',
          'listener.name.client.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required ' +
            `user_${sasl.username}="${sasl.password}";`,
        ]
      : []),
    ...(scram
      ? [
          'listener.name.client.sasl.enabled.mechanisms=SCRAM-SHA-512',
          'listener.name.client.scram-sha-512.sasl.jaas.config=' +
            'org.apache.kafka.common.security.scram.ScramLoginModule required;',
        ]
      : []),
    ...(administrator
      ? [
          'authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer',
          // Brokers among themselves are not asked who they are here, so they are nobody.
          `super.users=User:ANONYMOUS;User:${administrator}`,
        ]
      : []),
    ...(keystore ? ['ssl.keystore.type=PEM', `ssl.keystore.location=${keystore}`] : []),
    `log.dirs=${node.dataDir}`,
    'auto.create.topics.enable=false',
    'offsets.topic.num.partitions=1',
    `offsets.topic.replication.factor=${copies}`,
    'transaction.state.log.num.partitions=1',
    `transaction.state.log.replication.factor=${copies}`,
    `transaction.state.log.min.isr=${Math.min(2, copies)}`,
    `min.insync.replicas=${Math.min(2, copies)}`,
    'group.initial.rebalance.delay.ms=0',
    // How long the controller believes in a broker that was killed, and so how long its next start takes.
    'broker.session.timeout.ms=3000',
    'broker.heartbeat.interval.ms=500',
    'log.cleaner.dedupe.buffer.size=2097152',
    '',
  ].join('\n');
}
