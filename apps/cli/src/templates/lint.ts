import { checkTemplates, pointedAtTemplate, type TemplateComplaint } from '@chasqui/replies';
import { faultLine } from '../bundles/print-fault.js';
import { print, type GlobalOptions } from '../session.js';
import { Stop } from '../stop.js';
import { readTemplateFile } from './template-file.js';

/** `chasqui template lint`: what is wrong on standard output, each with its line and a caret; exit code 1 if one is an error. */
export async function lint(
  files: readonly string[],
  { gort }: { readonly gort?: true },
  options: GlobalOptions,
): Promise<void> {
  const results = await Promise.all(files.map((file) => lintFile(file, gort ? 'gort' : 'chasqui')));
  const complaints = results.flatMap(({ file, faults }) => faults.map((fault) => ({ file, fault })));
  print(options, results, () => complaints.map(({ file, fault }) => told(file, fault)).join('\n'));
  if (complaints.some(({ fault }) => fault.severity === 'error')) throw new Stop('');
  if (!options.json && complaints.length === 0) process.stderr.write('the templates are right\n');
}

async function lintFile(file: string, format: 'gort' | 'chasqui') {
  const found = await readTemplateFile(file);
  // A file with one template is looked at like a bundle that has no other.
  const bundle =
    found.kind === 'bundle' ? found.bundle : { format, templates: { command: found.text }, commands: [] };
  const faults = checkTemplates(bundle);
  const isAlone = found.kind === 'template';
  return { file, faults: isAlone ? faults.map((fault) => ({ ...fault, path: [] })) : faults };
}

function told(file: string, fault: TemplateComplaint): string {
  const where = fault.path.length === 0 ? file : `${file}: ${fault.path.join('.')}`;
  return `${faultLine(where, fault)}\n${pointedAtTemplate(fault.text, fault)}`;
}
