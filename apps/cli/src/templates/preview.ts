import {
  convertGortTemplate,
  exampleEnvelope,
  gortTemplateNoteSentence,
  isTemplateFault,
  pickTemplate,
  plainText,
  pointedAtTemplate,
  readTemplate,
  renderTemplate,
  templateFaultSentence,
  templateKinds,
  type ExampleData,
  type PickedTemplate,
  type TemplateFault,
  type TemplateKind,
} from '@chasqui/replies';
import type { Bundle } from '@chasqui/bundles';
import { readBundleFile } from '../bundles/read-bundle-file.js';
import { print, type GlobalOptions } from '../session.js';
import { exitCodes, Stop } from '../stop.js';
import type { PreviewOptions } from './template.js';
import { readTemplateFile } from './template-file.js';

/** `chasqui template preview`: the blocks as a terminal shows them, or as JSON. */
export async function preview(file: string, options: PreviewOptions, global: GlobalOptions): Promise<void> {
  const kind = kindOf(options.kind);
  const data = options.data === undefined ? {} : await readData(options.data);
  const found = await readTemplateFile(file);
  const picked =
    found.kind === 'bundle'
      ? inBundle(found.bundle, kind, options.command)
      : { text: found.text, language: options.gort ? ('gort' as const) : ('chasqui' as const) };
  const text = picked.language === 'gort' ? carriedOver(file, picked.text) : picked.text;
  const template = readTemplate(text);
  if (isTemplateFault(template)) throw faulty(file, text, template);
  const blocks = renderTemplate(template, exampleEnvelope(exampleOf(kind, data)));
  if (isTemplateFault(blocks)) throw faulty(file, text, blocks);
  print(global, blocks, plainText);
}

/** Of a template for failures: a command that failed, where nothing else is said of its end. */
function exampleOf(kind: TemplateKind, data: ExampleData): ExampleData {
  if (kind !== 'command_error' || data.response) return data;
  return { ...data, response: { out: '', err: 'web does not answer', exitCode: 1 } };
}

function kindOf(given: string): TemplateKind {
  const kind = templateKinds.find((one) => one === given);
  if (kind === undefined)
    throw new Stop(`there is no kind ${given}; it is one of ${templateKinds.join(', ')}`, exitCodes.usage);
  return kind;
}

async function readData(file: string): Promise<ExampleData> {
  const text = await readBundleFile(file);
  try {
    const data: unknown = JSON.parse(text);
    if (typeof data === 'object' && data !== null && !Array.isArray(data)) return data as ExampleData;
  } catch (thrown) {
    throw new Stop(`${file} is not JSON: ${(thrown as Error).message}`, exitCodes.usage);
  }
  throw new Stop(`${file} must be a JSON object, such as {"response": {"out": "hello"}}`, exitCodes.usage);
}

function inBundle(bundle: Bundle, kind: TemplateKind, name: string | undefined): PickedTemplate {
  const command = bundle.commands.find((one) => one.name === name);
  if (name !== undefined && !command) {
    const names = bundle.commands.map((one) => one.name).join(', ');
    throw new Stop(`${bundle.name} has no command ${name}; it has ${names}`, exitCodes.usage);
  }
  const { templates, format } = bundle;
  const picked = pickTemplate(kind, {
    ...(command?.templates && { command: command.templates }),
    ...(templates && { bundle: templates }),
    format,
  });
  if (!picked) throw new Stop(`there is no ${kind} template for it; what is printed is shown as it is`);
  return picked;
}

function carriedOver(file: string, text: string): string {
  const { template, notes } = convertGortTemplate(text);
  for (const note of notes)
    process.stderr.write(`${file}:${note.line}:${note.column}: warning: ${gortTemplateNoteSentence(note)}\n`);
  if (template === undefined) throw new Stop('');
  return template;
}

function faulty(file: string, text: string, fault: TemplateFault): Stop {
  const name = file === '-' ? '(standard input)' : file;
  const place = pointedAtTemplate(text, fault);
  return new Stop(`${name}:${fault.line}:${fault.column}: ${templateFaultSentence(fault)}\n${place}`);
}
