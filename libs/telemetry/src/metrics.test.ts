import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { counter, gauge, histogram, startTelemetry, type Telemetry } from '@chasqui/telemetry';

const madeBefore = counter('chasqui_test_runs', 'Runs by how they ended.');
gauge('chasqui_test_queue', 'Orders that wait.', () => [{ value: 4, labels: { relay: 'fra-1' } }]);

describe('the metrics text', () => {
  let telemetry: Telemetry;
  const text = async () => (await telemetry.metrics()).text;

  beforeEach(async () => {
    madeBefore.add(100, { status: 'counted while nobody listens' });
    telemetry = await startTelemetry({ service: 'api', instance: 'api-1', version: '0.1.0' });
  });

  afterEach(() => telemetry.stop());

  it('shows counters, histograms and gauges made before telemetry starts', async () => {
    madeBefore.add(1, { status: 'succeeded' });
    madeBefore.add(2, { status: 'succeeded' });
    const shown = await text();
    expect(shown).toContain(
      '# HELP chasqui_test_runs Runs by how they ended.\n# TYPE chasqui_test_runs counter\nchasqui_test_runs_total{status="succeeded"} 3\n',
    );
    expect(shown).not.toContain('nobody listens');
    expect(shown).toContain('chasqui_test_queue{relay="fra-1"} 4\n');
  });

  it('shows those made after it, each bucket edge a float as OpenMetrics asks', async () => {
    const seconds = histogram('chasqui_test_duration_seconds', 'How long.', 's', [0.5, 1]);
    gauge('chasqui_test_later', 'Made late.', () => [{ value: 1 }]);
    seconds.record(0.7);
    const shown = await text();
    expect(shown).toContain(
      'chasqui_test_duration_seconds_bucket{le="0.5"} 0\nchasqui_test_duration_seconds_bucket{le="1.0"} 1\n',
    );
    expect(shown).toContain('chasqui_test_later 1\n');
  });

  it('counts seconds in edges that suit them when none are given', async () => {
    histogram('chasqui_test_wait_seconds', 'How long it waits.', 's').record(0.004);
    expect(await text()).toContain(
      '_bucket{le="0.0025"} 0\nchasqui_test_wait_seconds_bucket{le="0.005"} 1\n',
    );
  });

  it('says who answers, how much memory it holds, and where it ends', async () => {
    const { contentType, text: shown } = await telemetry.metrics();
    expect(contentType).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
    expect(shown).toContain(
      '# TYPE target info\ntarget_info{service_name="api",service_instance_id="api-1",service_version="0.1.0"} 1\n',
    );
    expect(shown).toMatch(/^process_resident_memory_bytes \d+$/m);
    expect(shown).toMatch(/\n# EOF\n$/);
  });

  it('starts from nought after telemetry was stopped and started again', async () => {
    madeBefore.add(5, { status: 'lost' });
    await telemetry.stop();
    telemetry = await startTelemetry({ service: 'api', instance: 'api-1' });
    expect(await text()).not.toContain('status="lost"');
    expect(await text()).toContain('chasqui_test_queue{relay="fra-1"} 4\n');
  });

  it('is shared by services of one process, until the last of them stops', async () => {
    const second = await startTelemetry({ service: 'relay', instance: 'local' });
    madeBefore.add(1, { status: 'refused' });
    await telemetry.stop();
    telemetry = second;
    expect(await text()).toContain('chasqui_test_runs_total{status="refused"} 1\n');
  });
});
