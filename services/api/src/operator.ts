import { createLogger } from '@chasqui/telemetry';
import { auditKeys } from './audit/audit-keys.js';
import { prune } from './audit/prune.js';
import type { ApiProcessConfig } from './config.js';
import { migrateAsOwner, openAsOwner } from './database.js';

/** What the operator of the machine does with the role that owns the tables, which the running service has not. */
export const operatorCommands = ['migrate', 'prune-audit'] as const;
export type OperatorCommand = (typeof operatorCommands)[number];

export function isOperatorCommand(word: string | undefined): word is OperatorCommand {
  return operatorCommands.some((one) => one === word);
}

/** Does it, and says what came of it through the log. @throws SettingsError where a setting is missing */
export async function operate(command: OperatorCommand, config: ApiProcessConfig): Promise<void> {
  const logger = createLogger({ service: 'api', level: config.logLevel, secrets: config.secrets });
  const say = (sentence: string) => logger.warn(sentence);
  if (command === 'migrate') {
    await migrateAsOwner(config.database, say);
    logger.info('the database is migrated, and the application’s role has its rights');
    return;
  }
  if (config.auditKeepMs === undefined) {
    logger.info('CHASQUI_AUDIT_KEEP is not set: nothing of the audit log is removed');
    return;
  }
  const owner = await openAsOwner(config.database, say);
  try {
    const now = Date.now();
    const pruned = await prune(owner, auditKeys(config), now - config.auditKeepMs, now);
    logger.info(pruned, 'the oldest blocks of the audit log are removed');
  } finally {
    await owner.destroy();
  }
}
