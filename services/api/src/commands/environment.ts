import type { ChatMessage } from '@chasqui/contracts';
import type { Plan } from './decide.js';

/** What a command finds in its environment, the bundle's own `env` first, ours over it; Gort's names only for Gort's bundles. */
export function environmentOf(
  plan: Plan,
  message: ChatMessage,
  ids: {
    readonly runId: string;
    readonly executionId: string;
    readonly idempotencyKey: string;
    readonly attempt: number;
  },
  relayTags: readonly string[],
): Record<string, string> {
  const { bundle, command } = plan.entry;
  const gort = {
    GORT_ADAPTER: message.adapter,
    GORT_BUNDLE: bundle.name,
    GORT_COMMAND: command.name,
    GORT_CHAT_ID: message.sender.id,
    GORT_INVOCATION_ID: ids.runId,
    GORT_ROOM: message.room.id,
    GORT_USER: plan.asker.username,
  };
  return {
    ...command.env,
    ...(bundle.format === 'gort' ? gort : {}),
    CHASQUI_RUN_ID: ids.runId,
    CHASQUI_EXECUTION_ID: ids.executionId,
    CHASQUI_IDEMPOTENCY_KEY: ids.idempotencyKey,
    CHASQUI_ATTEMPT: String(ids.attempt),
    CHASQUI_USER: plan.asker.username,
    CHASQUI_EMAIL: plan.asker.email,
    CHASQUI_ADAPTER: message.adapter,
    CHASQUI_ROOM: message.room.name ?? message.room.id,
    CHASQUI_BUNDLE: bundle.name,
    CHASQUI_COMMAND: command.name,
    CHASQUI_VERSION: bundle.version,
    CHASQUI_RELAY: plan.relay,
    CHASQUI_RELAY_TAGS: relayTags.join(','),
  };
}
