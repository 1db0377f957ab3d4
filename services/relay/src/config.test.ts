import { describe, expect, it } from 'vitest';
import { makeRelayToken } from '@chasqui/sealing';
import { readConfig } from './config.js';
import { defaultPolicy } from './policy.js';

const token = makeRelayToken('fra-1');
const enough = { CHASQUI_RELAY_TOKEN: token, KAFKA_BROKERS: 'kafka-1:9092, kafka-2:9092' };

function faultsOf(environment: Record<string, string>, files: Record<string, string> = {}): string[] {
  try {
    readConfig(environment, (path) => files[path] ?? expect.fail(`no file ${path}`));
    return [];
  } catch (error) {
    return (error as { faults: string[] }).faults;
  }
}

describe('the configuration', () => {
  it('needs a token and a broker, and takes its name from the token', () => {
    expect(readConfig(enough)).toMatchObject({
      name: 'fra-1',
      tags: [],
      slots: 8,
      policy: defaultPolicy,
      graceMs: 30_000,
      health: { host: '127.0.0.1', port: 9465 },
      dockerHost: 'unix:///var/run/docker.sock',
      bus: { kind: 'kafka', brokers: ['kafka-1:9092', 'kafka-2:9092'] },
    });
  });

  it('takes the token before, of the same relay', () => {
    const previous = { ...enough, CHASQUI_RELAY_PREVIOUS_TOKEN: makeRelayToken('fra-1') };
    expect(readConfig(previous).previousSecret).toHaveLength(32);
    expect(faultsOf({ ...enough, CHASQUI_RELAY_PREVIOUS_TOKEN: makeRelayToken('ams-1') })).toEqual([
      'CHASQUI_RELAY_PREVIOUS_TOKEN: is the token of ams-1, not of fra-1',
    ]);
  });

  it('reads every setting', () => {
    const all = {
      ...enough,
      CHASQUI_RELAY_NAME: 'fra-1',
      CHASQUI_RELAY_TAGS: 'dc=fra, gpu',
      CHASQUI_RELAY_SLOTS: '3',
      CHASQUI_RELAY_STATE: '/var/lib/relay',
      CHASQUI_RELAY_DRIVERS: 'process',
      CHASQUI_RELAY_GRACE: '5s',
      CHASQUI_API_URL: 'https://chasqui.example.org/',
      CHASQUI_HEALTH_PORT: '0',
      DOCKER_HOST: 'tcp://engine:2375',
      DOCKER_CONFIG: '/etc/logins',
      KAFKA_TOPIC_PREFIX: 'ops.',
      KAFKA_TLS: 'true',
      KAFKA_TLS_CA: 'a certificate',
      KAFKA_SASL_MECHANISM: 'scram-sha-512',
      KAFKA_SASL_USERNAME: 'relay',
      KAFKA_SASL_PASSWORD_FILE: '/secrets/kafka',
      LOG_LEVEL: 'debug',
    };
    expect(readConfig(all, () => 's3cret\n')).toMatchObject({
      tags: ['dc=fra', 'gpu'],
      slots: 3,
      stateFolder: '/var/lib/relay',
      drivers: ['process'],
      graceMs: 5000,
      apiUrl: 'https://chasqui.example.org',
      health: undefined,
      dockerHost: 'tcp://engine:2375',
      registryLogins: '/etc/logins/config.json',
      logLevel: 'debug',
      bus: {
        kind: 'kafka',
        prefix: 'ops.',
        ssl: { ca: 'a certificate' },
        sasl: { mechanism: 'scram-sha-512', username: 'relay', password: 's3cret' },
      },
    });
  });

  it('says everything that is wrong at once', () => {
    const faults = faultsOf(
      {
        CHASQUI_RELAY_TOKEN: 'nonsense',
        CHASQUI_RELAY_TAGS: 'dc=fra,=x',
        CHASQUI_RELAY_SLOTS: '0',
        CHASQUI_RELAY_DRIVERS: 'rocket',
        CHASQUI_RELAY_POLICY: '/policy.yaml',
        CHASQUI_TRANSPORT: 'memory',
        DOCKER_HOST: 'engine',
        CHASQUI_RELAY_GRACE: 'soon',
      },
      { '/policy.yaml': 'imagse: []\nlimits: { memory: much }\n' },
    );
    expect(faults.map((fault) => fault.split(/[:. ]/)[0]).sort()).toEqual([
      'CHASQUI_RELAY_DRIVERS',
      'CHASQUI_RELAY_GRACE',
      'CHASQUI_RELAY_POLICY',
      'CHASQUI_RELAY_POLICY',
      'CHASQUI_RELAY_SLOTS',
      'CHASQUI_RELAY_TAGS',
      'CHASQUI_RELAY_TOKEN',
      'CHASQUI_TRANSPORT',
      'DOCKER_HOST',
      'KAFKA_BROKERS',
    ]);
  });

  it('takes a token for one relay only', () => {
    expect(faultsOf({ ...enough, CHASQUI_RELAY_NAME: 'ams-1' })).toEqual([
      'CHASQUI_RELAY_NAME: is ams-1, but the token is that of fra-1',
    ]);
  });

  it('says where a file cannot be read', () => {
    expect(faultsOf({ ...enough, CHASQUI_RELAY_POLICY: '/nowhere' })).toEqual([
      expect.stringContaining('/nowhere cannot be read'),
    ]);
  });
});
