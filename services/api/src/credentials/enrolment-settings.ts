import { AdapterName } from '@chasqui/contracts';
import { readAdapterToken, readRelayToken } from '@chasqui/sealing';
import { z } from 'zod';
import { adaptersIn } from '../adapters/adapters-in.js';
import { relaysIn } from '../relays/relays-in.js';

/** The settings of what is created at start. Spread into the shape that `readSettings` gets. */
export const enrolmentShape = {
  /** Relays to create at start if they do not exist: a line each, a token and then its tags. */
  CHASQUI_ENROL_RELAYS: z.string().superRefine(eachNamesRelay).optional(),
  /** Adapters to create at start if they do not exist: a line each, a token and then the workspaces it may speak for. */
  CHASQUI_ENROL_ADAPTERS: z.string().superRefine(eachNamesAdapter).optional(),
};

/** Says which lines, and nothing of what stands in them: they hold secrets. */
function eachNamesRelay(lines: string, context: z.core.$RefinementCtx<string>): void {
  for (const [index, { token }] of relaysIn(lines).entries()) {
    if (readRelayToken(token)) continue;
    const message = `number ${index + 1} is no relay token; "chasqui relay create NAME" prints one`;
    context.addIssue({ code: 'custom', message });
  }
}

function eachNamesAdapter(lines: string, context: z.core.$RefinementCtx<string>): void {
  for (const [index, { token }] of adaptersIn(lines).entries()) {
    if (AdapterName.safeParse(readAdapterToken(token)?.adapter).success) continue;
    const message = `number ${index + 1} is no adapter token; "chasqui adapter create NAME" prints one`;
    context.addIssue({ code: 'custom', message });
  }
}
