import { whenKafka, whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FakeSlack } from '../../../services/adapter-slack/test/fake-slack.js';
import type { Service } from './service.fixture.js';
import { openServices, showLogsOfFailures, type Services } from './services.fixture.js';
import { openTraceReceiver, type Span } from './trace-receiver.fixture.js';
import { slackRoom } from './slack-room.fixture.js';
import { until } from './until.fixture.js';

whenKafka('the trace of one command over Kafka', (brokers) =>
  whenPostgres('and PostgreSQL', (serverUrl) => {
    let receiver: Awaited<ReturnType<typeof openTraceReceiver>>;
    let slack: FakeSlack;
    let services: Services;
    let api: Service;
    let relay: Service;
    showLogsOfFailures(() => services);
    beforeAll(async () => {
      receiver = await openTraceReceiver();
      slack = await FakeSlack.open();
      services = await openServices(brokers, serverUrl, {
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
        OTEL_BSP_SCHEDULE_DELAY: '100',
      });
      api = await services.startApi();
      relay = services.startRelay('fra-1', 'dc=fra');
      await services.startSlack(slack.apiUrl).says('listening to Slack');
      await services.online('fra-1');
      await services.chasqui('user', 'create', 'ann', '--email', 'ann@example.com');
      await services.chasqui('user', 'map', 'ann', 'slack', 'U1', '--workspace', 'T1');
    });
    afterAll(async () => {
      await services?.[Symbol.asyncDispose]();
      await slack?.close();
      await receiver?.close();
    });

    /** From the span up to the one that began it all, as `service: name`, the first first. */
    const wayTo = (span: Span): string[] => {
      const parent = receiver.spans.find(({ spanId }) => spanId === span.parentSpanId);
      return [...(parent ? wayTo(parent) : []), `${span.service}: ${span.name}`];
    };
    const named = (name: string, but: readonly Span[]) =>
      until(() => receiver.spans.find((span) => span.name === name && !but.includes(span)));

    it('goes from the chat through the API and the relay and back into the chat', async () => {
      slackRoom(slack).says('U1', 'net:where');
      const shown = await named('process chat.replies.slack', []);
      await named('report finished', []);
      await until(() => wayTo(shown)[0] === 'adapter-slack: chat message heard');
      expect(wayTo(shown)).toEqual([
        'adapter-slack: chat message heard',
        'api: process chat.messages',
        'api: command',
        'relay: process relay.fra-1.orders',
        'api: process relay.reports',
        'api: report finished',
        'adapter-slack: process chat.replies.slack',
      ]);
      const begun = receiver.spans.find(({ name }) => name === 'report started')!;
      expect(wayTo(begun).slice(-3)).toEqual([
        'relay: execute',
        'api: process relay.reports',
        'api: report started',
      ]);
    });

    it('goes from a call over HTTP through the relay to its report', async () => {
      const before = [...receiver.spans];
      expect((await services.chasqui('run', 'net:where')).out).toBe('fra-1\n');
      const finished = await named('report finished', before);
      await until(() => wayTo(finished)[0] === 'api: command');
      expect(wayTo(finished)).toEqual([
        'api: command',
        'relay: process relay.fra-1.orders',
        'api: process relay.reports',
        'api: report finished',
      ]);
    });

    it('stands on every log line about a run, in each service', async () => {
      const { id } = JSON.parse((await services.chasqui('run', '--json', 'net:where')).out);
      const lines = [api, relay].map((service) =>
        service
          .log()
          .split('\n')
          .filter((line) => line.includes(id)),
      );
      expect(lines.map(({ length }) => length > 0)).toEqual([true, true]);
      const traces = new Set(lines.flat().map((line) => JSON.parse(line).traceId));
      expect(traces).toEqual(new Set([expect.stringMatching(/^[0-9a-f]{32}$/)]));
    });
  }),
);
