import { Kafka, logLevel, type LogEntry, type RetryOptions } from 'kafkajs';
import type { TransportLog } from '../transport-log.js';
import type { KafkaSettings } from './connect-kafka.js';
import { wholeAnswers } from './whole-answers.js';
import { whyRefused } from './why-refused.js';
import type { Contact } from '../contact.js';

/**
 * How kafkajs tries again. Those who publish are waiting, so we rather decide ourselves, by what is being sent; a consumer that
 * outlasts an absence of its broker keeps its membership, where a new one would wait until the old one is given up.
 */
const patience: Record<'publishing' | 'consuming', RetryOptions> = {
  publishing: { initialRetryTime: 50, maxRetryTime: 300, retries: 3 },
  consuming: { initialRetryTime: 50, maxRetryTime: 500, retries: 40, restartOnFailure: async () => false },
};

/** A kafkajs client with our settings. */
export function kafkaClient(
  settings: KafkaSettings,
  purpose: 'publishing' | 'consuming',
  log: TransportLog,
  contact: Contact,
): Kafka {
  dropNegativeTimeouts();
  return new Kafka({
    clientId: settings.clientId ?? 'chasqui',
    brokers: inTurn(settings.brokers),
    ...(settings.ssl !== undefined && { ssl: settings.ssl }),
    ...(settings.sasl && {
      sasl: settings.sasl as { mechanism: 'plain'; username: string; password: string },
    }),
    socketFactory: wholeAnswers,
    connectionTimeout: 3000,
    requestTimeout: 10_000,
    retry: patience[purpose],
    logLevel: logLevel.ERROR,
    logCreator: () => (entry) => {
      if (isOfContact(entry)) contact.failed(reasonOf(entry));
      else if (isNews(entry)) log.warn({ kafkajs: entry.namespace, ...facts(entry) }, entry.log.message);
    },
  });
}

/** A producer or consumer begins with another broker than the one before it did, which may hang. kafkajs would always begin with the first. */
function inTurn(brokers: readonly string[]): () => Promise<string[]> {
  let first = Math.floor(Math.random() * brokers.length);
  return async () => {
    first = (first + 1) % brokers.length;
    return [...brokers.slice(first), ...brokers.slice(0, first)];
  };
}

/** In words that say what to mend where we can tell, and in kafkajs's where not. */
function reasonOf({ log }: LogEntry): string {
  const said = String(log['error'] ?? log.message);
  return whyRefused(`${log.message} ${said}`) ?? said;
}

/** No connection, or none that the broker lets in. */
function isOfContact({ namespace, log }: LogEntry): boolean {
  if (namespace === 'Connection' && log.message.startsWith('Response '))
    return log.message.startsWith('Response Sasl');
  return /^(Connection|BrokerPool|SaslAuthenticator)/.test(namespace);
}

/**
 * kafkajs calls ordinary life an error: a coordinator that loads, a group that rebalances, a send that it tries again. What it
 * mends by itself is no news, and of crashes our own lines tell.
 */
function isNews({ namespace, log }: LogEntry): boolean {
  if (log['retryCount'] !== undefined || namespace === 'Connection') return false;
  return !/^(Crash|Restarting the consumer|The coordinator is not aware|Caught error when)/.test(log.message);
}

function facts({ log }: LogEntry): object {
  const { timestamp: _timestamp, logger: _logger, message: _message, ...rest } = log;
  return rest;
}

let dropping = false;

/** kafkajs 2.2.4 once asks for a timer in the past, which Node 24 says on standard error. It means nothing; other warnings pass. */
function dropNegativeTimeouts(): void {
  if (dropping) return;
  dropping = true;
  const emitWarning = process.emitWarning.bind(process) as (...args: unknown[]) => void;
  process.emitWarning = ((warning: string | Error, ...rest: unknown[]) => {
    if (rest[0] === 'TimeoutNegativeWarning') return;
    emitWarning(warning, ...rest);
  }) as typeof process.emitWarning;
}
