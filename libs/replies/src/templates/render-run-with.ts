import type { Block } from '@chasqui/contracts';
import { exitCodeOf, markOf, renderRun, runNotes, type FinishedView } from '../render-run.js';
import { quiet, remarked } from '../remark.js';
import { rendered, type Rendered } from '../rendered.js';
import { nothingPrinted } from '../wording/output.js';
import { endSentence } from '../wording/run-ends.js';
import { templateNote } from '../wording/template-faults.js';
import { clipBlocks } from './clip-blocks.js';
import type { Envelope, EnvelopeRequest } from './envelope.js';
import { keptTemplate } from './kept-templates.js';
import { messageEnvelope } from './message-envelope.js';
import type { PickedTemplate } from './pick-template.js';
import { renderTemplate } from './render-template.js';
import { isTemplateFault, type TemplateFault } from './template-fault.js';

/**
 * The reply for a finished run, drawn with a template; without one `renderRun`'s. A template that fails never costs the output: it is
 * shown as without a template, and a remark names the template and what is wrong with it.
 */
export function renderRunWith(
  picked: PickedTemplate | undefined,
  envelope: Envelope | (() => Envelope),
  view: FinishedView,
): Rendered {
  const made = picked && filledIn(picked, envelope);
  if (picked === undefined || made === undefined) return renderRun(view);
  if (isTemplateFault(made)) return remarked(renderRun(view), templateNote(picked, made));
  const { blocks, clipped } = clipBlocks(made);
  const all = [...blocks, ...runNotes(view, clipped)];
  if (all.length === 0) all.push(nothing(view));
  return rendered(markOf(view.end), all, exitCodeOf(view.end));
}

/** The same for what Chasqui itself says: refusals, notices, answers to its own commands. */
export function renderMessageWith(
  picked: PickedTemplate | undefined,
  request: Partial<EnvelopeRequest>,
  said: Rendered,
): Rendered {
  const made = picked && filledIn(picked, () => messageEnvelope(request, said));
  if (picked === undefined || made === undefined) return said;
  if (isTemplateFault(made)) return remarked(said, templateNote(picked, made));
  const { blocks } = clipBlocks(made);
  return blocks.length === 0 ? said : rendered(said.mark, blocks, said.exitCode);
}

function filledIn(
  picked: PickedTemplate,
  envelope: Envelope | (() => Envelope),
): Block[] | TemplateFault | undefined {
  const template = keptTemplate(picked);
  if (template === undefined || isTemplateFault(template)) return template;
  return renderTemplate(template, typeof envelope === 'function' ? envelope() : envelope);
}

/** Silence is no answer. */
function nothing(view: FinishedView): Block {
  const said = endSentence(view.end, view);
  return said === undefined ? quiet(nothingPrinted) : { kind: 'text', text: said, tone: 'bad' };
}
