import { metrics as metricsApi } from '@opentelemetry/api';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { resourceFromAttributes, type Resource } from '@opentelemetry/resources';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { bindGauges, unbindGauges } from './instruments.js';
import { openMetrics } from './open-metrics.js';
import { registerProcessMetrics } from './process-metrics.js';

export interface TelemetrySettings {
  /** `service.name` of every span and metric. */
  readonly service: string;
  /** `service.instance.id`: which of several, for example the relay's name. */
  readonly instance: string;
  /** The base address of an OTLP/HTTP receiver, as in `OTEL_EXPORTER_OTLP_ENDPOINT`; without it no traces are taken. */
  readonly otlpEndpoint?: string | undefined;
  readonly version?: string | undefined;
}

export interface MetricsText {
  readonly contentType: string;
  readonly text: string;
}

export interface Telemetry {
  /** The metrics now, as OpenMetrics text: what `/metrics` answers. */
  metrics(): Promise<MetricsText>;
  /** Sends what is still unsent. After this, counters count into nothing again. */
  stop(): Promise<void>;
}

/**
 * Installs metrics (always: they cost nothing until asked for) and traces (if there is somewhere to send them). A process has one
 * telemetry: where several services share a process, the later ones join what the first started, and the last to stop stops it.
 */
export async function startTelemetry(settings: TelemetrySettings): Promise<Telemetry> {
  running ??= { telemetry: start(settings), users: 0 };
  const mine = running;
  mine.users += 1;
  const telemetry = await mine.telemetry;
  return {
    metrics: () => telemetry.metrics(),
    async stop() {
      mine.users -= 1;
      if (mine.users > 0) return;
      if (running === mine) running = undefined;
      await telemetry.stop();
    },
  };
}

let running: { readonly telemetry: Promise<Telemetry>; users: number } | undefined;

async function start(settings: TelemetrySettings): Promise<Telemetry> {
  const resource = resourceOf(settings);
  const reader = new PrometheusExporter({ preventServerStart: true });
  const provider = new MeterProvider({ resource, readers: [reader] });
  metricsApi.setGlobalMeterProvider(provider);
  registerProcessMetrics();
  bindGauges();
  const traces = settings.otlpEndpoint ? await startTraces(resource, settings.otlpEndpoint) : undefined;
  return {
    metrics: async () => openMetrics((await reader.collect()).resourceMetrics),
    async stop() {
      unbindGauges();
      metricsApi.disable();
      await Promise.allSettled([traces?.stop(), provider.shutdown()]);
    },
  };
}

function resourceOf({ service, instance, version }: TelemetrySettings): Resource {
  return resourceFromAttributes({
    'service.name': service,
    'service.instance.id': instance,
    ...(version && { 'service.version': version }),
  });
}

/** The tracing half is 15 MiB and 50 ms: only those who want traces pay for it. */
async function startTraces(resource: Resource, endpoint: string): Promise<{ stop(): Promise<void> }> {
  const { exportTraces } = await import('./export-traces.js');
  return exportTraces(resource, endpoint);
}
