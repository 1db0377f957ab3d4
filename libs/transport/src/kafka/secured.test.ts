import { makeAuthority, startKafka, type KafkaBroker } from '@chasqui/testbed';
import { whenOwnKafka } from '@chasqui/testbed/when';
import { topics } from '@chasqui/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectKafka, type KafkaSettings } from './connect-kafka.js';
import { silentLog } from '../silent-log.fixture.js';

whenOwnKafka('a broker that speaks TLS and asks for SCRAM', () => {
  const authority = makeAuthority();
  const user = { username: 'chasqui', password: 'llama-llama' };
  // Made anew each time: kafkajs keeps in it what it worked out of the password.
  const saslWith = (password: string) => ({
    mechanism: 'scram-sha-512' as const,
    username: user.username,
    password,
  });
  let kafka: KafkaBroker;
  let elsewhere: KafkaBroker;

  beforeAll(async () => {
    [kafka, elsewhere] = await Promise.all([
      startKafka({ tls: authority.issue('localhost', '127.0.0.1'), scram: user }),
      startKafka({ tls: authority.issue('kafka.example.org') }),
    ]);
  }, 90_000);
  afterAll(async () => {
    await Promise.all([kafka?.stop(), elsewhere?.stop()]);
  });

  it('takes and gives messages', async () => {
    const transport = await connectKafka({
      brokers: [kafka.brokers],
      ssl: { ca: authority.ca },
      sasl: saslWith(user.password),
      log: silentLog,
    });
    try {
      await transport.prepare([{ topic: topics.chatMessages }]);
      expect(transport.connected()).toBe(true);
    } finally {
      await transport.close();
    }
  }, 60_000);

  it.each<[string, () => Partial<KafkaSettings>, RegExp]>([
    [
      'with another password',
      () => ({ ssl: { ca: authority.ca }, sasl: saslWith('alpaca') }),
      /does not let us in: .*KAFKA_SASL_PASSWORD/,
    ],
    [
      'of another authority',
      () => ({ ssl: { ca: makeAuthority().ca }, sasl: saslWith(user.password) }),
      /KAFKA_TLS_CA_FILE/,
    ],
    ['that nobody vouches for', () => ({ ssl: true, sasl: saslWith(user.password) }), /KAFKA_TLS_CA_FILE/],
    [
      'for another host',
      () => ({ brokers: [elsewhere.brokers], ssl: { ca: authority.ca } }),
      /another host; write KAFKA_BROKERS/,
    ],
  ])(
    'is refused, and refuses, %s, in a sentence that says what to mend',
    async (_, settings, sentence) => {
      expect(await reasonGiven({ brokers: [kafka.brokers], ...settings() })).toMatch(sentence);
    },
    60_000,
  );
});

/** Why it says that it cannot reach the broker. */
async function reasonGiven(settings: KafkaSettings): Promise<string> {
  const told = Promise.withResolvers<string>();
  const warn = (facts: object) => told.resolve((facts as { reason: string }).reason);
  const transport = await connectKafka({ ...settings, log: { ...silentLog, warn } });
  const stop = new AbortController();
  const preparing = transport.prepare([{ topic: topics.chatMessages }], stop.signal).catch(() => undefined);
  try {
    return await told.promise;
  } finally {
    stop.abort();
    await preparing;
    await transport.close();
  }
}
