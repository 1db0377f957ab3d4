import { SettingsError } from '@chasqui/settings';
import { expect, it } from 'vitest';
import { readConfig } from './config.js';

const least = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1', KAFKA_BROKERS: 'a:9092, b:9092' };

it('needs two tokens and a broker', () => {
  expect(readConfig(least)).toEqual({
    slack: {
      botToken: 'xoxb-1',
      appToken: 'xapp-1',
      apiUrl: 'https://slack.com/api/',
      name: 'slack',
      prefix: '!',
    },
    kafka: { brokers: ['a:9092', 'b:9092'] },
    http: { host: '127.0.0.1', port: 7402 },
    logLevel: 'info',
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
    'KAFKA_BROKERS: is not set',
  ]) {
    expect(() => readConfig(wrong)).toThrow(name);
  }
});

it('takes TLS and SASL for the broker', () => {
  const { kafka } = readConfig({
    ...least,
    KAFKA_TLS: 'true',
    KAFKA_SASL_MECHANISM: 'plain',
    KAFKA_SASL_USERNAME: 'u',
    KAFKA_SASL_PASSWORD: 'p',
  });
  expect(kafka).toMatchObject({ ssl: true, sasl: { mechanism: 'plain', username: 'u', password: 'p' } });
  expect(() => readConfig({ ...least, KAFKA_SASL_MECHANISM: 'plain' })).toThrow('needs KAFKA_SASL_USERNAME');
});
