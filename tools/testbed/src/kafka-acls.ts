import { join } from 'node:path';
import { fetchKafka, fetchKafkaTools } from './fetch-kafka.js';
import { runOrSay } from './run-or-say.js';

/** Kafka's own `kafka-acls`, called with these words. Answers what it printed, and throws with what it said where it fails. */
export async function kafkaAcls(...words: string[]): Promise<string> {
  const { classpath } = await fetchKafka(() => undefined);
  const all = [join(await fetchKafkaTools(), '*'), classpath].join(':');
  const quick = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Xmx128m'];
  return runOrSay('java', ...quick, '-cp', all, 'org.apache.kafka.tools.AclCommand', ...words);
}
