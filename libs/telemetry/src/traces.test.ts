import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

interface Span {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly status: { readonly code: number; readonly message?: string };
}

it('sends spans to an OTLP receiver, joined by the traceparent that travels between them, and the log lines name the trace', async () => {
  await using receiver = await openReceiver();
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', tracedProgram],
    {
      cwd: import.meta.dirname,
      env: { ...process.env, ENDPOINT: receiver.endpoint },
    },
  );

  const spans = receiver.spans();
  const accept = spans.find(({ name }) => name === 'accept');
  const execute = spans.find(({ name }) => name === 'execute');
  expect(spans).toHaveLength(2);
  expect(execute).toMatchObject({
    traceId: accept?.traceId,
    parentSpanId: accept?.spanId,
    status: { code: 2, message: 'no such image' },
  });
  expect(JSON.parse(stdout)).toMatchObject({
    runId: 'run-7',
    traceId: accept?.traceId,
    spanId: accept?.spanId,
  });
  expect(receiver.services()).toEqual(new Set(['relay']));
});

/** What api and relay do between them: one span, its context through headers, a second span on the other side that fails. */
const tracedProgram = `
  import { context, propagation } from '@opentelemetry/api';
  import { createLogger, inSpan, startTelemetry } from '@chasqui/telemetry';
  const telemetry = await startTelemetry({ service: 'relay', instance: 'fra-1', otlpEndpoint: process.env.ENDPOINT });
  const logger = createLogger({ service: 'relay', level: 'info' }).child({ runId: 'run-7' });
  const headers = {};
  await inSpan('accept', { 'chasqui.run': 'run-7' }, async () => {
    propagation.inject(context.active(), headers);
    logger.info('accepted');
  });
  const received = propagation.extract(context.active(), headers);
  await context.with(received, () => inSpan('execute', {}, async () => { throw new Error('no such image'); })).catch(() => {});
  await telemetry.stop();
`;

async function openReceiver() {
  const received: {
    resourceSpans: {
      resource: { attributes: { key: string; value: { stringValue: string } }[] };
      scopeSpans: { spans: Span[] }[];
    }[];
  }[] = [];
  const server = createServer((request, response) => {
    void json(request).then((body) => {
      if (request.url === '/v1/traces') received.push(body as (typeof received)[number]);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const resources = () => received.flatMap(({ resourceSpans }) => resourceSpans);
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    spans: () => resources().flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
    services: () =>
      new Set(
        resources().map(
          ({ resource }) => resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue,
        ),
      ),
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}
