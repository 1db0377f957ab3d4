import type { Command } from 'commander';
import { exitCodes, Stop } from '../stop.js';
import { session } from '../session.js';

/**
 * Defines a command that puts several things into one, or takes them out, one request each. All are tried; it says what came of
 * each and fails if one did. Answers the command, for options of its own.
 */
export function each(
  parent: Command,
  usage: string,
  about: string,
  method: 'PUT' | 'DELETE',
  where: (whole: string, part: string, options: Record<string, string>) => string,
): Command {
  return parent
    .command(usage)
    .description(about)
    .action(async (whole: string, parts: string[], options: Record<string, string>, command: Command) => {
      const { api, show } = session(command);
      const done: string[] = [];
      const failed: { name: string; message: string; exitCode: number }[] = [];
      for (const part of parts) {
        try {
          await (method === 'PUT'
            ? api.put(where(whole, part, options))
            : api.remove(where(whole, part, options)));
          done.push(part);
        } catch (thrown) {
          if (!(thrown instanceof Stop)) throw thrown;
          if (thrown.exitCode === exitCodes.unreachable) throw thrown;
          failed.push({ name: part, message: thrown.message, exitCode: thrown.exitCode });
        }
      }
      const verb = command.name();
      show(
        { [parent.name()]: whole, done, failed: failed.map(({ name, message }) => ({ name, message })) },
        () => done.map((part) => `${verb} ${whole} ${part}: done`).join('\n'),
      );
      if (failed.length > 0)
        throw new Stop(
          failed.map(({ name, message }) => `${verb} ${whole} ${name}: ${message}`).join('\nchasqui: '),
          failed[0]!.exitCode,
        );
    });
}
