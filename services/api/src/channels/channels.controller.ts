import { Body, Controller, Delete, Get, Param, Put } from '@nestjs/common';
import { z } from 'zod';
import { Operation } from '../http/operation.js';
import { Asker, type Principal } from '../http/principal.js';
import { ChannelSelectors, type ChannelRelays } from './channel-relays.service.js';

const Channel = z
  .strictObject({
    channel: z.string().describe('in one word, as configuration knows it: `slack/T1/C12`'),
    name: z.string().optional().describe('as somebody named it: `slack/#ops`'),
    selector: z.string().describe('what must hold of a relay for whatever is said there'),
    setAt: z.iso.datetime(),
    setBy: z.string(),
  })
  .meta({ id: 'Channel' });
type Channel = z.infer<typeof Channel>;

const byChannel = z.object({
  channel: z.string().min(1).max(300).describe('`slack/T024BE7LD/C061EG9SL`, or `slack/#ops`'),
});
type ByChannel = z.infer<typeof byChannel>;
const wanted = z.object({ selector: z.string().min(1).max(1_000).describe('as behind `--on`: `dc=fra`') });
type Wanted = z.infer<typeof wanted>;

/** Channels of which somebody said where their commands run. */
@Controller('channels')
export class ChannelsController {
  constructor(private readonly channels: ChannelSelectors) {}

  @Get()
  @Operation({
    summary: 'List the channels that have a selector of their own',
    permission: 'chasqui:read-rules',
    answers: { 200: z.strictObject({ channels: z.array(Channel) }) },
  })
  async list(): Promise<{ channels: Channel[] }> {
    return { channels: (await this.channels.list()).map(told) };
  }

  @Put(':channel')
  @Operation({
    summary: 'Say what must hold of a relay for whatever is said in a channel',
    permission: 'chasqui:manage-rules',
    subject: 'channel',
    params: byChannel,
    body: wanted,
    answers: { 200: Channel },
    errors: [404, 409, 422],
  })
  async set(
    @Param() { channel }: ByChannel,
    @Body() { selector }: Wanted,
    @Asker() asker: Principal,
  ): Promise<Channel> {
    return told(await this.channels.set(channel, selector, asker.username));
  }

  @Delete(':channel')
  @Operation({
    summary: 'Let a channel run on any relay again',
    permission: 'chasqui:manage-rules',
    subject: 'channel',
    params: byChannel,
    answers: { 204: null },
    errors: [404, 409, 422],
  })
  remove(@Param() { channel }: ByChannel): Promise<void> {
    return this.channels.remove(channel);
  }
}

function told({ name, setAt, ...one }: ChannelRelays): Channel {
  return { ...one, ...(name !== null && { name }), setAt: setAt.toISOString() };
}
