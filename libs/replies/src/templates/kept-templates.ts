import { convertGortTemplate } from '../gort-templates/convert-gort-template.js';
import type { PickedTemplate } from './pick-template.js';
import { readTemplate, type Template } from './read-template.js';
import type { TemplateFault } from './template-fault.js';

const most = 200;
const kept = new Map<string, Template | TemplateFault | undefined>();

/** A template, read once for as long as it is in use. Undefined: a template of Gort's that cannot be carried over. */
export function keptTemplate({ text, language }: PickedTemplate): Template | TemplateFault | undefined {
  const key = `${language} ${text}`;
  const found = kept.has(key) ? kept.get(key) : read(text, language);
  // A Map keeps the order of insertion: what was used last stands last.
  kept.delete(key);
  kept.set(key, found);
  if (kept.size > most) kept.delete(kept.keys().next().value!);
  return found;
}

function read(text: string, language: PickedTemplate['language']): Template | TemplateFault | undefined {
  if (language === 'chasqui') return readTemplate(text);
  const { template } = convertGortTemplate(text);
  return template === undefined ? undefined : readTemplate(template);
}
