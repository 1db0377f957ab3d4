import { readBundle, type Bundle } from '@chasqui/bundles';
import { bundleFaultSentence } from '@chasqui/replies';
import { readBundleFile } from '../bundles/read-bundle-file.js';
import { faultLine } from '../bundles/print-fault.js';
import { Stop } from '../stop.js';

/** What a file holds: one template, or a bundle with its own. */
export type TemplateFile =
  { readonly kind: 'template'; readonly text: string } | { readonly kind: 'bundle'; readonly bundle: Bundle };

/** Reads a file; one whose name ends in `.yaml` or `.yml` is a bundle. */
export async function readTemplateFile(file: string): Promise<TemplateFile> {
  const text = await readBundleFile(file);
  if (!/\.ya?ml$/i.test(file)) return { kind: 'template', text };
  const { bundle, faults } = readBundle(text);
  if (bundle) return { kind: 'bundle', bundle };
  const told = faults.map((fault) => faultLine(file, { ...fault, message: bundleFaultSentence(fault) }));
  throw new Stop(['the bundle is not right:', ...told].join('\n'));
}
