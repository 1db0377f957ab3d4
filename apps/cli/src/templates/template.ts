import type { Command } from 'commander';

/** `chasqui template …` */
export function define(template: Command): void {
  template
    .command('preview <file>')
    .description(
      'show what a template, or one of a bundle file, makes of an answer; - reads a template from standard input',
    )
    .option('--command <name>', "with a bundle file: the command whose template it is, else the bundle's own")
    .option('--kind <kind>', 'command, command_error, message or message_error', 'command')
    .option('--data <file>', 'a JSON file with what differs from the made-up answer; - reads standard input')
    .option('--gort', "the file is a template of Gort's")
    .action(async (file: string, options: PreviewOptions, command: Command) => {
      const { preview } = await import('./preview.js');
      await preview(file, options, command.optsWithGlobals());
    });
  template
    .command('lint <files...>')
    .description('tell what is wrong with templates, and with all of those in bundle files')
    .option('--gort', "template files are Gort's")
    .action(async (files: string[], options: { gort?: true }, command: Command) => {
      const { lint } = await import('./lint.js');
      await lint(files, options, command.optsWithGlobals());
    });
}

export interface PreviewOptions {
  readonly command?: string;
  readonly kind: string;
  readonly data?: string;
  readonly gort?: true;
}
