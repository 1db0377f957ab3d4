import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { programs } from './services.fixture.js';

const run = promisify(execFile);

/** Who takes part in the constellation, and how `chasqui acl` calls them. */
export const takePart: Readonly<Record<string, readonly string[]>> = {
  'chasqui-api': ['api'],
  'chasqui-relay-fra-1': ['relay', 'fra-1'],
  'chasqui-relay-ams-1': ['relay', 'ams-1'],
  'chasqui-adapter-slack': ['adapter', 'slack'],
};

/** What `chasqui acl` prints for one of them. */
export async function printedAcl(who: string, ...options: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [programs.cli, 'acl', ...takePart[who]!, ...options]);
  return stdout;
}

/** Of a user in a test. */
export function passwordOf(who: string): string {
  return `${who}-password`;
}
