import { readFileSync } from 'node:fs';
import { z } from 'zod';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The settings cannot be used; the message lists everything that is wrong with them, a line each. */
export class SettingsError extends Error {
  constructor(readonly faults: readonly string[]) {
    super(['These settings need mending:', ...faults.map((fault) => `  - ${fault}`)].join('\n'));
    this.name = 'SettingsError';
  }
}

/**
 * Reads the settings that `shape` names from the environment. Each `X` may come from the file that `X_FILE` names (white space at its
 * end is dropped), so that no secret need stand in an environment or a configuration file. Empty counts as not given.
 *
 * @param alsoAmiss faults that are known without reading, to be listed with the others
 * @throws SettingsError with every fault at once
 */
export function readSettings<S extends z.ZodRawShape>(
  environment: Environment,
  shape: S,
  readFile: (path: string) => string = (path) => readFileSync(path, 'utf8'),
  alsoAmiss: readonly string[] = [],
): z.infer<z.ZodObject<S>> {
  const faults = [...alsoAmiss];
  const given: Record<string, string> = {};
  for (const name of Object.keys(shape)) {
    const text = valueOf(name, environment, readFile, faults);
    if (text !== undefined && text !== '') given[name] = text;
  }
  const read = z.object(shape).safeParse(given);
  if (!read.success) {
    faults.push(...read.error.issues.map((issue) => `${String(issue.path[0])}: ${missingOr(issue, given)}`));
  }
  if (faults.length > 0) throw new SettingsError(faults);
  return read.data as z.infer<z.ZodObject<S>>;
}

function valueOf(
  name: string,
  environment: Environment,
  readFile: (path: string) => string,
  faults: string[],
): string | undefined {
  const direct = environment[name];
  const file = environment[`${name}_FILE`];
  if (direct && file) faults.push(`${name}: both ${name} and ${name}_FILE are set; keep one`);
  if (direct || !file) return direct?.trim();
  try {
    return readFile(file).trim();
  } catch (cause) {
    faults.push(`${name}: the file that ${name}_FILE names cannot be read (${(cause as Error).message})`);
    return undefined;
  }
}

function missingOr(issue: z.core.$ZodIssue, given: Record<string, string>): string {
  const name = String(issue.path[0]);
  return name in given ? issue.message : `is not set; set ${name}, or ${name}_FILE to a file that holds it`;
}
