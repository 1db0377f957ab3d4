import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { Container, ContainerInspectInfo } from 'dockerode';
import type { Outcome } from '@chasqui/contracts';

export type State = ContainerInspectInfo['State'];

/** How long an engine that went away in mid-run is waited for, and how long one call of it may take, in milliseconds. */
export const engineMs = 60_000;

export async function attach(
  container: Container,
  what: { stdin?: true; stdout?: true; stderr?: true; hijack?: true },
): Promise<Duplex> {
  return (await within(engineMs, container.attach({ stream: true, ...what }))) as Duplex;
}

/**
 * Waits until the container has ended. At abort it is asked to end, by the signal that its image says or SIGTERM, and killed when its grace
 * is over. The engine's own wait is not believed alone: it may hang, and it breaks off when the engine restarts, while the container may
 * live on.
 */
export async function untilStopped(
  container: Container,
  graceMs: number,
  signal: AbortSignal,
): Promise<{ state: State; stopped: boolean }> {
  const aborted = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  let ended: Promise<unknown> | undefined;
  let killAt: number | undefined;
  for (;;) {
    ended ??= container
      .wait()
      .catch(() => delay(500))
      .finally(() => (ended = undefined));
    if (killAt === undefined) await soonest(15_000, ended, aborted);
    else await soonest(Math.min(Math.max(killAt - Date.now(), 50), 1000), ended);
    const { State: state, Config: config } = await inspected(container);
    if (!state.Running) return { state, stopped: killAt !== undefined };
    if (!signal.aborted) continue;
    if (killAt === undefined) {
      killAt = Date.now() + graceMs;
      await send(container, (config as { StopSignal?: string }).StopSignal ?? 'SIGTERM');
    } else if (Date.now() > killAt + engineMs) throw new Error('it did not stop the container');
    else if (Date.now() >= killAt) await send(container, 'SIGKILL');
  }
}

/** The container, from an engine that may be restarting just now. Throws 404 if there is none. */
export async function inspected(container: Container): Promise<ContainerInspectInfo> {
  const giveUpAt = Date.now() + engineMs;
  for (;;) {
    try {
      return await within(engineMs, container.inspect());
    } catch (error) {
      if (statusOf(error) !== undefined || Date.now() > giveUpAt) throw error;
      await delay(500);
    }
  }
}

/** Removes a container, running or not. @throws what the engine says, unless it is gone or going already. */
export async function remove(container: Container): Promise<void> {
  try {
    await within(engineMs, container.remove({ force: true, v: true }));
  } catch (error) {
    // 404: there is none. 409: it is being removed.
    if (![404, 409].includes(statusOf(error) ?? 0)) throw error;
  }
}

/** Why the engine did not start a container. */
export function notStarted(error: unknown): Outcome {
  const { message } = error as Error;
  const absent =
    /executable file not found|no such file or directory|permission denied|not a directory|exec format error/i;
  const code =
    statusOf(error) !== undefined && absent.test(message) ? 'executable-missing' : 'engine-unavailable';
  return { kind: 'not-started', code, detail: message.trim() };
}

export function unknown(detail: string): Outcome {
  return { kind: 'unknown', detail };
}

/** The engine's HTTP status, undefined where it did not answer at all. */
export function statusOf(error: unknown): number | undefined {
  return (error as { statusCode?: number }).statusCode;
}

/** What the engine answers, or an error when it takes longer than so many milliseconds. */
export async function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  const over = new AbortController();
  const late = delay(ms, undefined, { signal: over.signal }).then(() => {
    throw new Error(`the container engine did not answer within ${ms / 1000} s`);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    over.abort();
  }
}

/** Whether it arrives, the container's state will tell. */
async function send(container: Container, signal: string): Promise<void> {
  await within(engineMs, container.kill({ signal })).catch(() => undefined);
}

async function soonest(ms: number, ...events: Promise<unknown>[]): Promise<void> {
  const over = new AbortController();
  await Promise.race([...events, delay(ms, undefined, { signal: over.signal })]);
  over.abort();
}
