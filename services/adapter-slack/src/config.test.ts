import { SettingsError } from '@chasqui/settings';
import { expect, it } from 'vitest';
import { makeAdapterToken } from '@chasqui/sealing';
import { readConfig } from './config.js';

const token = makeAdapterToken('slack');

const least = {
  SLACK_BOT_TOKEN: 'xoxb-1',
  SLACK_APP_TOKEN: 'xapp-1',
  CHASQUI_ADAPTER_TOKEN: token,
  KAFKA_BROKERS: 'a:9092, b:9092',
};

it('needs three tokens and a broker', () => {
  expect(readConfig(least)).toEqual({
    token,
    slack: {
      botToken: 'xoxb-1',
      appToken: 'xapp-1',
      apiUrl: 'https://slack.com/api/',
      name: 'slack',
      prefix: '!',
    },
    bus: { kind: 'kafka', brokers: ['a:9092', 'b:9092'] },
    http: { host: '127.0.0.1', port: 7402 },
    logLevel: 'info',
    secrets: [token],
  });
});

it('lists everything that is wrong', () => {
  const wrong = { SLACK_BOT_TOKEN: 'xapp-1', CHASQUI_PREFIX: 'run ', CHASQUI_HTTP_PORT: 'http' };
  expect(() => readConfig(wrong)).toThrow(SettingsError);
  for (const name of [
    'SLACK_BOT_TOKEN: is not a bot token',
    'SLACK_APP_TOKEN: is not set',
    'CHASQUI_PREFIX: ',
    'CHASQUI_HTTP_PORT: ',
    'CHASQUI_ADAPTER_TOKEN: is not set; every adapter has a token of its own: make one with "chasqui adapter create slack"',
    'KAFKA_BROKERS: is not set',
  ]) {
    expect(() => readConfig(wrong)).toThrow(name);
  }
});

it('takes TLS and SASL for the broker', () => {
  const { bus: kafka } = readConfig({
    ...least,
    KAFKA_TLS: 'true',
    KAFKA_SASL_MECHANISM: 'plain',
    KAFKA_SASL_USERNAME: 'u',
    KAFKA_SASL_PASSWORD: 'p',
  });
  expect(kafka).toMatchObject({ ssl: true, sasl: { mechanism: 'plain', username: 'u', password: 'p' } });
  expect(() => readConfig({ ...least, KAFKA_SASL_MECHANISM: 'plain' })).toThrow('needs KAFKA_SASL_USERNAME');
});

it('has the name that its token says, and takes the token before it', () => {
  const other = makeAdapterToken('slack-ops');
  expect(readConfig({ ...least, CHASQUI_ADAPTER_TOKEN: other }).slack.name).toBe('slack-ops');
  const previous = makeAdapterToken('slack');
  const both = { ...least, CHASQUI_ADAPTER_PREVIOUS_TOKEN: previous };
  expect(readConfig(both).previousToken).toBe(previous);
  for (const [wrong, why] of [
    [{ CHASQUI_ADAPTER_NAME: 'teams' }, 'CHASQUI_ADAPTER_NAME: is teams, but the token is that of slack'],
    [{ CHASQUI_ADAPTER_PREVIOUS_TOKEN: other }, 'CHASQUI_ADAPTER_PREVIOUS_TOKEN: is not a token of slack'],
    [{ CHASQUI_ADAPTER_TOKEN: 'chq-relay.slack.x' }, 'CHASQUI_ADAPTER_TOKEN: is not an adapter token'],
  ] as const)
    expect(() => readConfig({ ...least, ...wrong })).toThrow(why);
});
