import type { Templates } from '@chasqui/bundles';
import { readTemplate, templateFaultSentence } from '@chasqui/replies';
import { parse } from 'yaml';
import { z } from 'zod';

const kinds = z.strictObject({
  command: z.string().optional(),
  command_error: z.string().optional(),
  message: z.string().optional(),
  message_error: z.string().optional(),
});

/** The installation's own templates from YAML: `command`, `command_error`, `message`, `message_error`, each of which may be left out; or everything that is wrong with them. */
export function readInstallationTemplates(
  text: string,
): { readonly templates: Templates } | { readonly faults: readonly string[] } {
  const read = kinds.safeParse(parsed(text));
  if (!read.success)
    return { faults: read.error.issues.map(({ path, message }) => `${path.join('.') || 'it'}: ${message}`) };
  const faults = Object.entries(read.data).flatMap(([kind, template]) => {
    const fault = readTemplate(template);
    return 'code' in fault
      ? [`${kind}, line ${fault.line}, column ${fault.column}: ${templateFaultSentence(fault)}`]
      : [];
  });
  return faults.length > 0 ? { faults } : { templates: read.data };
}

/** What is no YAML is no object either, and said to be none. */
function parsed(text: string): unknown {
  try {
    return parse(text) ?? {};
  } catch (cause) {
    return (cause as Error).message;
  }
}
