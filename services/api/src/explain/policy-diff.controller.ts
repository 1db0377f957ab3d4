import { PolicyDiff } from '@chasqui/contracts';
import { Body, Controller, Post } from '@nestjs/common';
import { Operation } from '../http/operation.js';
import { Asker, mustHold, type Principal } from '../http/principal.js';
import { PolicyChange } from './policy-change.js';
import { PolicyDiffs } from './policy-diff.service.js';

/** What a change of bundles or site rules would change for people, before anybody makes it. */
@Controller('policy')
export class PolicyDiffController {
  constructor(private readonly diffs: PolicyDiffs) {}

  @Post('diff')
  @Operation({
    summary: 'Tell who would gain or lose what by a change of a bundle or of site rules',
    permission: 'chasqui:simulate',
    besides: 'And `chasqui:read-users`, and for an installed version of a bundle `chasqui:read-bundles`.',
    body: PolicyChange,
    answers: { 200: PolicyDiff },
    errors: [404, 422],
  })
  async diff(@Body() change: PolicyChange, @Asker() asker: Principal): Promise<PolicyDiff> {
    mustHold(asker, 'chasqui:read-users');
    if (change.bundle && 'name' in change.bundle) mustHold(asker, 'chasqui:read-bundles');
    return this.diffs.diff(change);
  }
}
