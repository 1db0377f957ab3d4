import { Explanation } from '@chasqui/contracts';
import { Body, Controller, Inject, Post } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Operation } from '../http/operation.js';
import { Asker, holds, mustHold, type Principal } from '../http/principal.js';
import { Problem } from '../http/problem.js';
import { UsersService } from '../people/users.service.js';
import { recallsALine, Simulation } from './simulation.service.js';
import { imaginedAsker, messageOf, roomOf, Supposition } from './supposition.js';

/** Why a line would be allowed or refused, before anybody says it. Nothing runs, and nothing of it is recorded. */
@Controller('simulate')
export class SimulateController {
  constructor(
    private readonly simulation: Simulation,
    private readonly users: UsersService,
    @Inject(DataSource) private readonly dataSource: DataSource,
  ) {}

  @Post()
  @Operation({
    summary: 'Tell why a line would be allowed or refused, and what would be done',
    permission: 'signed-in',
    scopedToo: true,
    besides:
      'For anybody but yourself it needs `chasqui:simulate` and `chasqui:read-users`, and `chasqui:read-runs` for a line that stands for an earlier one, as `!!`.',
    body: Supposition,
    answers: { 200: Explanation },
    errors: [403, 404, 422],
  })
  async simulate(@Body() body: Supposition, @Asker() asker: Principal): Promise<Explanation> {
    const sender = await this.senderOf(body, asker);
    const message = messageOf(body, sender, await roomOf(this.dataSource, body));
    if (sender.id !== asker.id && recallsALine(message.text)) mustHold(asker, 'chasqui:read-runs');
    return this.simulation.explain({
      message,
      ...(body.as && { asker: imaginedAsker(body.as) }),
      ...(body.origin && { origin: body.origin }),
      ...(body.at !== undefined && { at: Date.parse(body.at) }),
      ...(sender.id === asker.id && { scopes: asker.scopes }),
      mayReadRuns: sender.id === asker.id || holds(asker, 'chasqui:read-runs'),
      seesRelays: holds(asker, 'chasqui:read-relays'),
    });
  }

  /** Who would say it, where the asker may ask for them. */
  private async senderOf({ user, as }: Supposition, asker: Principal) {
    if (as && user !== undefined)
      throw new Problem(422, 'two-people', 'Say who would say it: a user, or somebody imagined, not both.');
    if (!as && (user === undefined || user === asker.username)) return asker;
    mustHold(asker, 'chasqui:simulate');
    if (as) return { id: '', username: '' };
    mustHold(asker, 'chasqui:read-users');
    return this.users.get(user!);
  }
}
