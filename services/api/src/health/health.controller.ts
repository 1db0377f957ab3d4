import { readiness, type MetricsText } from '@chasqui/telemetry';
import type { Transport } from '@chasqui/transport';
import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { Operation } from '../http/operation.js';
import { METRICS, TRANSPORT } from '../parts.js';

const Live = z.object({ live: z.literal(true) });
const Ready = z.object({ ready: z.boolean(), checks: z.record(z.string(), z.string()) });

/** What an orchestrator asks: is it alive, may it get work? Neither writes anything. */
@Controller()
export class HealthController {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(TRANSPORT) private readonly transport: Transport,
    @Inject(METRICS) private readonly metricsText: () => Promise<MetricsText>,
  ) {}

  @Get('health/live')
  @Operation({ summary: 'Whether the process is alive', permission: 'public', answers: { 200: Live } })
  live(): z.infer<typeof Live> {
    return { live: true };
  }

  @Get('health/ready')
  @Operation({
    summary: 'Whether it can take work',
    permission: 'public',
    answers: { 200: Ready, 503: Ready },
  })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<z.infer<typeof Ready>> {
    const state = await readiness({
      database: async () => (await this.dataSource.query('select 1')) && true,
      broker: async () => this.transport.connected() || 'the broker does not answer',
    });
    if (!state.ready) reply.status(503);
    return { ready: state.ready, checks: { ...state.checks } };
  }

  @Get('metrics')
  @Operation({
    summary: 'Metrics for Prometheus',
    permission: 'public',
    answers: { 200: { contentType: 'text/plain', description: 'The text exposition format.' } },
  })
  async metrics(@Res() reply: FastifyReply): Promise<void> {
    const { contentType, text } = await this.metricsText();
    await reply.header('content-type', contentType).send(text);
  }
}
