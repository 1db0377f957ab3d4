import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { MetricsText } from './start-telemetry.js';

const serializer = new PrometheusSerializer(undefined, false, undefined, false, true);

/**
 * OpenMetrics 1.0 text. The SDK writes Prometheus' older text, which differs in four ways: a counter's family has no `_total`, a unit must be the end
 * of the name (ours is in the name already, so the line goes), a bucket's edge is a float, and the text ends with `# EOF`.
 */
export function openMetrics(resourceMetrics: ResourceMetrics): MetricsText {
  const text = serializer
    .serialize(resourceMetrics)
    .replace(/^# UNIT .*\n/gm, '')
    .replace(/^# (HELP|TYPE) (\w+)_total /gm, '# $1 $2 ')
    .replace(
      /^# HELP target_info .*\n# TYPE target_info gauge$/m,
      '# HELP target Who answers here\n# TYPE target info',
    )
    .replace(/\ble="(\d+)"/g, 'le="$1.0"')
    .replace(/^# no registered metrics\n?/m, '')
    .replace(/\n*$/, '\n# EOF\n');
  return { contentType: 'application/openmetrics-text; version=1.0.0; charset=utf-8', text };
}
