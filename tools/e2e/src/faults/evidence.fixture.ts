import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { World } from './world.fixture.js';

const linesAtMost = 40;

/**
 * What everybody's log says of the first runs and executions that these sentences name, in the order in which it was written. All of the logs are kept
 * where CHASQUI_FAULT_LOGS names a folder.
 */
export function evidence(world: World, sentences: readonly string[]): string {
  const found = sentences.flatMap(
    (sentence) => sentence.match(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g) ?? [],
  );
  const ids = [...new Set(found)].slice(0, 4);
  const folder = process.env['CHASQUI_FAULT_LOGS'];
  if (folder && sentences.length > 0) {
    mkdirSync(folder, { recursive: true });
    for (const member of world.members) writeFileSync(join(folder, `${member.name}.log`), member.log);
  }
  const lines = world.members.flatMap((member) =>
    member.log
      .split('\n')
      .filter((line) => ids.some((id) => line.includes(id)))
      .map((line) => ({
        at: /"time":"([^"]+)"/.exec(line)?.[1] ?? '',
        line: `${member.name} ${line.slice(0, 400)}`,
      })),
  );
  return lines
    .toSorted((a, b) => a.at.localeCompare(b.at))
    .slice(-linesAtMost * ids.length)
    .map(({ line }) => line)
    .join('\n');
}
