import type { Command } from 'commander';
import { session } from '../session.js';

/** `chasqui policy …` */
export function define(policy: Command): void {
  const several = (one: string, all: string[]) => [...all, one];
  policy
    .command('test <files...>')
    .description(
      'tell for each case whether it comes out as expected: on the server, or with --bundle and --rules on a Chasqui of its own that has nothing else',
    )
    .option('--bundle <file>', 'a bundle to try, without a server (repeatable)', several, [])
    .option('--rules <file>', 'a file of site rules to try, without a server (repeatable)', several, [])
    .option('--offline', 'without a server, with what the files name themselves')
    .action(
      async (
        files: string[],
        options: { bundle: string[]; rules: string[]; offline?: true },
        command: Command,
      ) => {
        const { testPolicies } = await import('./test.js');
        await testPolicies(files, options, command);
      },
    );
  policy
    .command('diff')
    .description('tell who would gain or lose what by a change; nothing is changed')
    .option('--bundle <bundle>', 'what would be enabled: a file, or an installed version as ops@1.3.0')
    .option('--disable <name>', 'a bundle that would be disabled')
    .option(
      '--add-rule <rule>',
      "a site rule that would be added: 'night on ops:* must have ops:night' (repeatable)",
      several,
      [],
    )
    .option('--remove-rule <name>', 'a site rule that would be removed (repeatable)', several, [])
    .option('--rules <file>', 'a file of site rules that would be added (repeatable)', several, [])
    .option(
      '--lines <file>',
      'a file of policy tests, whose lines are tried beside the examples of the bundles (repeatable)',
      several,
      [],
    )
    .option('--user <name>', 'only this person (repeatable)', several, [])
    .option('--exit-code', 'exit with 1 if anything would change')
    .action(async (options: DiffOptions, command: Command) => {
      const { diffPolicies } = await import('./diff.js');
      await diffPolicies(session(command), options);
    });
  policy
    .command('schema')
    .description('print the JSON Schema of files of policy tests, for editors (needs no server)')
    .action(async () => {
      const { policyTestJsonSchema } = await import('@chasqui/bundles/policy-tests');
      process.stdout.write(`${JSON.stringify(policyTestJsonSchema(), null, 2)}\n`);
    });
}

export interface DiffOptions {
  readonly bundle?: string;
  readonly disable?: string;
  readonly addRule: readonly string[];
  readonly removeRule: readonly string[];
  readonly rules: readonly string[];
  readonly lines: readonly string[];
  readonly user: readonly string[];
  readonly exitCode?: true;
}
