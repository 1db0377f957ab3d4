import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kafkaAcls, startKafka } from '@chasqui/testbed';
import { whenOwnKafka, whenPostgres } from '@chasqui/testbed/when';
import { constellationContract } from './constellation.contract.js';
import { passwordOf, printedAcl, takePart } from './printed-acl.fixture.js';

const prefix = 'ops.';

whenOwnKafka('the services over Kafka, each with its own ACLs', () =>
  whenPostgres('and PostgreSQL', (serverUrl) =>
    constellationContract(serverUrl, async () => {
      const scram = ['admin', ...Object.keys(takePart)].map((username) => ({
        username,
        password: passwordOf(username),
      }));
      const kafka = await startKafka({ scram, administrator: 'admin' });
      for (const who of Object.keys(takePart)) await allow(kafka.brokers, who);
      return {
        settings: {
          KAFKA_BROKERS: kafka.brokers,
          KAFKA_TOPIC_PREFIX: prefix,
          KAFKA_SASL_MECHANISM: 'scram-sha-512',
        },
        signIn: (who) => ({ KAFKA_SASL_USERNAME: who, KAFKA_SASL_PASSWORD: passwordOf(who) }),
        kill: (signal) => kafka.kill(signal),
        restart: () => kafka.restart(),
        stop: () => kafka.stop(),
      };
    }),
  ),
);

/** Calls `kafka-acls` as `chasqui acl` prints it. */
async function allow(broker: string, who: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'chq-acls-'));
  const config = join(folder, 'admin.properties');
  const module = 'org.apache.kafka.common.security.scram.ScramLoginModule';
  const admin = `username="admin" password="${passwordOf('admin')}"`;
  writeFileSync(
    config,
    `security.protocol=SASL_PLAINTEXT\nsasl.mechanism=SCRAM-SHA-512\nsasl.jaas.config=${module} required ${admin};\n`,
  );
  try {
    const options = ['--prefix', prefix, '--bootstrap-server', broker, '--command-config', config];
    const calls = (await printedAcl(who, ...options)).trim().split('\n');
    for (const call of calls) await kafkaAcls(...call.split(' ').slice(1));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
