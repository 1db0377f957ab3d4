import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { readConfig as readAdapterConfig } from '@chasqui/adapter-slack/config';
import { readConfig as readApiConfig } from '@chasqui/api/config';
import { readConfig as readRelayConfig } from '@chasqui/relay/config';
import { makeAdapterToken, makeRelayToken } from '@chasqui/sealing';
import { describeWith, root } from './with-tools.js';

type Environment = Record<string, string>;

/** What stands in the files that the deployments mount, each in the form its reader wants. */
const secrets: Record<string, string> = {
  token: makeRelayToken('fra-1'),
  'secret-key': '0'.repeat(64),
  'bootstrap-token': `chq_${'t'.repeat(43)}`,
  'enrol-relays': `${makeRelayToken('fra-1')} dc=fra\n`,
  'enrol-adapters': `${makeAdapterToken('slack')}\n`,
  'adapter-token': makeAdapterToken('slack'),
  'database-password': 'a word to pass',
  'postgres-password': 'a word to pass',
  'kafka-password': 'another word to pass',
  'kafka-ca': '-----BEGIN CERTIFICATE-----',
  'nats-password': 'another word to pass',
  'nats-ca': '-----BEGIN CERTIFICATE-----',
  'nats-credentials': '-----BEGIN NATS USER JWT-----',
  'bot-token': 'xoxb-1',
  'app-token': 'xapp-1',
  'slack-bot-token': 'xoxb-1',
  'slack-app-token': 'xapp-1',
};

describe('what the deployments put into environments, the services read', () => {
  let directory: string;
  /** The environment as it would be in the container, its files under our own directory. */
  const mounted = (environment: Environment): Environment =>
    Object.fromEntries(
      Object.entries(environment).map(([name, value]) => [
        name,
        value
          .replace('/adapter/token', '/secrets/adapter-token')
          .replace(/^\/(secrets|owner)\//, `${directory}/secrets/`)
          .replace(/^\/etc\/chasqui\//, `${root}/deploy/docker/`),
      ]),
    );

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'chasqui-environment-'));
    mkdirSync(join(directory, 'secrets'));
    for (const [name, text] of Object.entries(secrets)) writeFileSync(join(directory, 'secrets', name), text);
  });

  afterAll(() => rmSync(directory, { recursive: true }));

  describe('of docker-compose.yml', () => {
    const { services } = parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'), { merge: true }) as {
      services: Record<string, { environment: Environment }>;
    };
    const environment = (service: string) => mounted(withDefaults(services[service]!.environment));

    it('the api', () => {
      expect(readApiConfig(environment('api'))).toMatchObject({
        bus: { brokers: ['kafka:9092'] },
        database: { url: 'postgres://chasqui_app:a%20word%20to%20pass@postgres:5432/chasqui' },
        examples: '/app/examples/bundles',
        enrolRelays: expect.stringContaining('dc=fra'),
        enrolAdapters: expect.stringContaining('chq-adapter.slack.'),
      });
    });

    it('what migrates, with the role that owns the tables', () => {
      const { database } = readApiConfig(environment('migrate'));
      expect(database.ownerUrl).toBe('postgres://chasqui:a%20word%20to%20pass@postgres:5432/chasqui');
      expect(readApiConfig(environment('api')).database.ownerUrl).toBeUndefined();
    });

    it.each([
      ['relay-fra', ['dc=fra']],
      ['relay-ams', ['dc=ams']],
    ])('%s', (service, tags) => {
      expect(readRelayConfig(environment(service))).toMatchObject({
        tags,
        policy: { executables: expect.arrayContaining(['/bin/echo']) },
      });
    });

    it('all of them over NATS, with compose.nats.yml', () => {
      const over = parse(readFileSync(join(root, 'compose.nats.yml'), 'utf8')) as {
        services: Record<string, { environment: Environment }>;
      };
      const both = (service: string) => ({
        ...environment(service),
        ...over.services[service]!.environment,
      });
      const bus = { kind: 'nats', servers: ['nats:4222'] };
      expect(readApiConfig(both('api'))).toMatchObject({ bus });
      expect(readApiConfig(both('migrate'))).toMatchObject({ bus });
      expect(readRelayConfig(both('relay-fra'))).toMatchObject({ bus });
      expect(readRelayConfig(both('relay-ams'))).toMatchObject({ bus });
      expect(readAdapterConfig(both('adapter-slack'))).toMatchObject({ bus });
    });

    it('adapter-slack', () => {
      expect(readAdapterConfig(environment('adapter-slack'))).toMatchObject({
        slack: { botToken: 'xoxb-1', appToken: 'xapp-1' },
      });
    });
  });

  describeWith(['helm'], 'of the charts', (helm) => {
    const sasl = { username: 'chasqui', password: 'another word to pass', mechanism: 'scram-sha-512' };
    const values = [
      'kafka.tls.enabled=true,kafka.tls.caExistingSecret=ca',
      'kafka.sasl.mechanism=scram-sha-512,kafka.sasl.username=chasqui,kafka.sasl.existingSecret=kafka',
    ];
    const environments = (chart: string, ...more: string[]) => {
      const { output } = helm(
        'template',
        'ops',
        `deploy/helm/${chart}`,
        ...[...values, ...more].flatMap((value) => ['--set', value]),
      );
      const all = parseAllDocuments(output).flatMap(
        (document) => (document.toJS() as Manifest).spec?.template?.spec.containers ?? [],
      );
      return Object.fromEntries(
        all.map(({ name, env }) => [
          name,
          mounted(Object.fromEntries(env.map((one) => [one.name, one.value]))),
        ]),
      );
    };

    it('the api and the Slack adapter', () => {
      const { api, 'adapter-slack': adapter } = environments(
        'chasqui',
        'bootstrapToken.existingSecret=chasqui,enrolRelays.existingSecret=chasqui,enrolAdapters.existingSecret=chasqui,adapterSlack.enabled=true',
      );
      expect(readApiConfig(api!)).toMatchObject({
        http: { host: '0.0.0.0', port: 7400 },
        bus: { sasl },
        bootstrapToken: secrets['bootstrap-token'],
      });
      expect(readAdapterConfig(adapter!)).toMatchObject({
        http: { host: '0.0.0.0', port: 7402 },
        bus: { sasl },
        slack: { appToken: 'xapp-1' },
      });
    });

    it.each([
      [
        ['nats.user.name=chasqui', 'nats.user.existingSecret=nats', 'nats.tls.enabled=true'],
        { user: { name: 'chasqui', password: 'another word to pass' }, tls: true },
      ],
      [
        ['nats.credentials.existingSecret=nats', 'nats.tls.enabled=true', 'nats.tls.caExistingSecret=ca'],
        { credentials: secrets['nats-credentials'], tls: { ca: secrets['nats-ca'] } },
      ],
    ])('over NATS, with %j', (given, place) => {
      const over = ['transport=nats', 'nats.servers={nats-1:4222}', 'nats.replicas=3', ...given];
      const { api, 'adapter-slack': adapter } = environments('chasqui', 'adapterSlack.enabled=true', ...over);
      const { relay } = environments('chasqui-relay', ...over);
      const bus = { kind: 'nats', servers: ['nats-1:4222'], replicas: 3, ...place };
      expect(readApiConfig(api!)).toMatchObject({ bus });
      expect(readAdapterConfig(adapter!)).toMatchObject({ bus });
      expect(readRelayConfig(relay!)).toMatchObject({ bus });
    });

    it('the Slack adapter as a user of its own at the broker', () => {
      const { api, 'adapter-slack': adapter } = environments(
        'chasqui',
        'adapterSlack.enabled=true,adapterSlack.broker.username=slack,adapterSlack.broker.existingSecret=slack',
        'kafka.replicas=2',
      );
      expect(readApiConfig(api!)).toMatchObject({ bus: { sasl, replicas: 2 } });
      expect(readAdapterConfig(adapter!)).toMatchObject({ bus: { sasl: { ...sasl, username: 'slack' } } });
    });

    it('the relay', () => {
      const { relay } = environments('chasqui-relay', 'tags={dc=fra,gpu}', 'slots=3');
      expect(readRelayConfig(relay!)).toMatchObject({
        name: 'fra-1',
        tags: ['dc=fra', 'gpu'],
        slots: 3,
        graceMs: 40_000,
        health: { host: '0.0.0.0', port: 7401 },
        bus: { sasl },
      });
    });
  });
});

interface Manifest {
  readonly spec?: {
    readonly template?: {
      readonly spec: { readonly containers: { name: string; env: { name: string; value: string }[] }[] };
    };
  };
}

/** `${NAME:-default}` as Compose fills it in when nobody sets NAME. */
function withDefaults(environment: Environment): Environment {
  return Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [
      name,
      String(value).replace(/\$\{\w+:-([^}]*)\}/g, '$1'),
    ]),
  );
}
