import { gauge } from './instruments.js';

let registered = false;

/** What an operator asks of any process, under the names Prometheus gives them. */
export function registerProcessMetrics(): void {
  if (registered) return;
  registered = true;
  const startedAt = Math.round((Date.now() - process.uptime() * 1000) / 1000);
  gauge('process_resident_memory_bytes', 'Resident memory in bytes.', () => [
    { value: process.memoryUsage.rss() },
  ]);
  gauge('process_heap_bytes', 'JavaScript heap in use, in bytes.', () => [
    { value: process.memoryUsage().heapUsed },
  ]);
  gauge('process_start_time_seconds', 'Start of the process since the Unix epoch in seconds.', () => [
    { value: startedAt },
  ]);
}
