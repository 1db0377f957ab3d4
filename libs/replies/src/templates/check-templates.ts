import { convertGortTemplate } from '../gort-templates/convert-gort-template.js';
import { gortTemplateNoteSentence } from '../wording/gort-template-notes.js';
import { templateFaultSentence } from '../wording/template-faults.js';
import { templateKinds, type TemplateTexts } from './pick-template.js';
import { readTemplate } from './read-template.js';
import { isTemplateFault } from './template-fault.js';

/** What is wrong with a bundle's template, and where in the bundle it stands. Lines and columns count from 1, in the template itself. */
export interface TemplateComplaint {
  /** `templates`, `command`, or `commands`, `status`, `templates`, `command`. */
  readonly path: readonly string[];
  readonly severity: 'error' | 'warning';
  readonly code: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  /** The template. */
  readonly text: string;
}

/** Bundles, as far as their templates go. */
export interface TemplatedBundle {
  readonly format: 'gort' | 'chasqui';
  readonly templates?: TemplateTexts;
  readonly commands: readonly { readonly name: string; readonly templates?: TemplateTexts }[];
}

/** Everything that is wrong with the templates of a bundle. One of Gort's that cannot be carried over is a warning: its output is then shown plainly. */
export function checkTemplates({ format, templates, commands }: TemplatedBundle): TemplateComplaint[] {
  const check = format === 'gort' ? checkGort : checkOwn;
  const levels = [
    { path: ['templates'], texts: templates },
    ...commands.map((one) => ({ path: ['commands', one.name, 'templates'], texts: one.templates })),
  ];
  return levels.flatMap(({ path, texts }) =>
    templateKinds.flatMap((kind) => {
      const text = texts?.[kind];
      return text === undefined
        ? []
        : check(text).map((found) => ({ ...found, path: [...path, kind], text }));
    }),
  );
}

type Found = Omit<TemplateComplaint, 'path' | 'text'>;

function checkOwn(text: string): Found[] {
  const fault = readTemplate(text);
  if (!isTemplateFault(fault)) return [];
  const { code, line, column } = fault;
  return [{ severity: 'error', code, line, column, message: templateFaultSentence(fault) }];
}

function checkGort(text: string): Found[] {
  const { template, notes } = convertGortTemplate(text);
  const told = notes.map((note): Found => {
    const { code, line, column } = note;
    return { severity: 'warning', code, line, column, message: gortTemplateNoteSentence(note) };
  });
  if (told.length > 0 || template === undefined) return told;
  // Carried over, and yet not right: what was written could be read by Go only.
  return checkOwn(template).map((found) => ({ ...found, severity: 'warning', line: 1, column: 1 }));
}
