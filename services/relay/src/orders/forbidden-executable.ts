import { listed, saidBy, type PolicyFor } from '../policy/policy-for.js';

/** Why a program may not be started as a plain process of this machine; undefined where it may. */
export function forbiddenExecutable(executable: string | undefined, policy: PolicyFor): string | undefined {
  if (executable === undefined) return 'the command names neither an image nor an executable';
  const { executables } = policy;
  if (executables.some((allowed) => isAmong(executable, allowed))) return undefined;
  const allowed =
    executables.length > 0
      ? `only ${listed(executables, 'and')} may be started`
      : 'no programs are started by themselves';
  return saidBy(policy, ['executables'], `${allowed}, not ${executable}`);
}

/** A file itself, or directly in a folder; `..` leads nowhere. */
function isAmong(executable: string, allowed: string): boolean {
  if (!allowed.endsWith('/*')) return executable === allowed;
  const folder = allowed.slice(0, -1);
  const file = executable.slice(folder.length);
  return executable.startsWith(folder) && file !== '' && !file.includes('/') && file !== '..' && file !== '.';
}
