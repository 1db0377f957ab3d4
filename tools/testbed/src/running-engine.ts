import { homedir } from 'node:os';
import { join } from 'node:path';
import { askEngine } from './ask-engine.js';

/** The `DOCKER_HOST` of a container engine that answers: the one that is set, else one where an engine of this machine usually is. */
export async function runningEngine(): Promise<string | undefined> {
  const given = process.env['DOCKER_HOST'];
  const usual = ['/var/run/docker.sock', join(homedir(), '.docker/run/docker.sock')];
  for (const dockerHost of [given, ...usual.map((path) => `unix://${path}`)]) {
    if (dockerHost && (await engineAnswers(dockerHost))) return dockerHost;
  }
  return undefined;
}

/** Whether an engine is there. */
export async function engineAnswers(dockerHost: string): Promise<boolean> {
  try {
    return (
      (await askEngine(dockerHost, 'GET', '/_ping', undefined, AbortSignal.timeout(5000))).status === 200
    );
  } catch {
    return false;
  }
}
