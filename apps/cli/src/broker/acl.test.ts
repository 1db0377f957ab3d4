import { expect, it } from 'vitest';
import { chasqui } from '../../test/chasqui.js';

// That these are all that is needed, and let nothing else through, is tried against real brokers: libs/transport and tools/e2e.

it('prints what a relay needs of Kafka, for its own topic and group alone', async () => {
  const { stdout, exitCode } = await chasqui(['relay', 'acl', 'fra-1', '--prefix', 'ops.', '--user', 'fra']);
  const call = 'kafka-acls --bootstrap-server localhost:9092 --command-config admin.properties --add';
  expect(stdout).toBe(
    `${call} --allow-principal User:fra --operation Read --topic ops.relay.fra-1.orders --group ops.relay.fra-1.relay.fra-1.orders\n` +
      `${call} --allow-principal User:fra --operation Write --topic ops.relay.reports --topic ops.relay.heartbeats --topic ops.dead-letters\n`,
  );
  expect(exitCode).toBe(0);
  expect((await chasqui(['acl', 'relay', 'fra-1', '--prefix', 'ops.', '--user', 'fra'])).stdout).toBe(stdout);
});

it('prints how it is taken away again', async () => {
  const { stdout } = await chasqui(['acl', 'adapter', 'slack', '--remove']);
  const calls = stdout.trim().split('\n');
  expect(calls.filter((call) => call.includes(' --remove --force '))).toEqual(calls);
});

it('prints JSON for programs', async () => {
  const { stdout } = await chasqui(['--json', 'acl', 'api']);
  expect(JSON.parse(stdout)).toMatchObject({
    user: 'chasqui-api',
    acls: expect.arrayContaining([
      { operations: ['Read', 'Delete'], pattern: 'prefixed', topics: [], groups: ['api.'] },
    ]),
    commands: expect.arrayContaining([expect.stringMatching(/^kafka-acls .* --group api\. /)]),
  });
});

it('prints permissions of NATS, in which only names of this relay and of what all relays share stand', async () => {
  const { stdout } = await chasqui(['--json', 'relay', 'acl', 'fra-1', '--nats', '--prefix', 'ops.']);
  const { publish, subscribe } = JSON.parse(stdout).permissions as Record<string, string[]>;
  expect(subscribe).toEqual(['_INBOX.chasqui-relay-fra-1.>']);
  const shared = /^ops\.(relay\.(reports|heartbeats)|dead-letters)\.>$|^\$JS\.API\.INFO$|^\$JS\.FC\.>$/;
  const looks = /^\$JS\.API\.STREAM\.INFO\.ops_(relay_(reports|heartbeats)|dead-letters)$/;
  const rest = publish!.filter((subject) => !shared.test(subject) && !looks.test(subject));
  expect(rest.filter((subject) => !subject.includes('ops_relay_fra-1_orders'))).toEqual([]);
});

it.each([
  [['relay', "fra'; rm -rf"], 'lower-case letters, digits and dashes'],
  [['adapter', 'http'], 'choose another'],
  [['api', '--prefix', 'a b'], '--prefix "a b": write letters'],
  [['api', '--nats', '--kafka'], 'cannot be used with'],
])('refuses %j', async (words, sentence) => {
  const { exitCode, stdout, stderr } = await chasqui(['acl', ...words]);
  expect([exitCode, stdout]).toEqual([64, '']);
  expect(stderr).toContain(sentence);
});

it('writes what a shell would read as more than a word in quotes', async () => {
  const { stdout } = await chasqui(['acl', 'api', '--command-config', "my 'own' file"]);
  expect(stdout).toContain(String.raw`--command-config 'my '\''own'\'' file'`);
});
