import type { Recording } from '@chasqui/bundles/transcripts';
import type { Outcome } from '@chasqui/contracts';
import type { Driver, Watch, Work } from '@chasqui/relay/drivers/driver';

/** A driver that prints what was recorded of a command instead of running it, and leaves all other commands to the real one. */
export function recordedDriver(recordings: readonly Recording[], real: Driver): Driver {
  if (recordings.length === 0) return real;
  const recorded = new Set(recordings.map(({ command }) => command));
  return {
    name: real.name,
    available: async () => true,
    run(work, watch, signal) {
      const command = commandOf(work);
      return recorded.has(command)
        ? replay(recordings, command, work, watch)
        : runReally(real, work, watch, signal);
    },
    adopt: (work, handle, watch, signal) => real.adopt(work, handle, watch, signal),
    async forget(work) {
      if ((await real.available()) === true) await real.forget(work);
    },
  };
}

/** The order's command: it stands in the environment that the API gives every command. */
function commandOf({ env }: Work): string {
  return `${env['CHASQUI_BUNDLE']}:${env['CHASQUI_COMMAND']}`;
}

async function replay(
  recordings: readonly Recording[],
  command: string,
  { args, executionId }: Work,
  watch: Watch,
): Promise<Outcome> {
  watch.started(`recorded ${executionId}`);
  const fitting = recordings.find(
    (one) => one.command === command && (!one.args || JSON.stringify(one.args) === JSON.stringify(args)),
  );
  const missing = `nothing is recorded of ${command} with these words: ${JSON.stringify(args)}\n`;
  const { stdout, stderr, exitCode } = fitting ?? { stdout: '', stderr: missing, exitCode: 127 };
  if (stdout !== '') await watch.write('stdout', Buffer.from(stdout));
  if (stderr !== '') await watch.write('stderr', Buffer.from(stderr));
  return { kind: 'exited', exitCode };
}

/** The relay was told that this driver works, for the sake of what is recorded. */
async function runReally(real: Driver, work: Work, watch: Watch, signal: AbortSignal): Promise<Outcome> {
  const available = await real.available();
  if (available === true) return real.run(work, watch, signal);
  return { kind: 'not-started', code: 'engine-unavailable', detail: available.why };
}
