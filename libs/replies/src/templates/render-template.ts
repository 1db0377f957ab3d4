import type { Block } from '@chasqui/contracts';
import { Context, toValueSync } from 'liquidjs';
import { BlockEmitter, Budget } from './block-emitter.js';
import { setBudget } from './body.js';
import { engine } from './engine.js';
import type { Envelope } from './envelope.js';
import { faultOf } from './fault-of.js';
import type { Template } from './read-template.js';
import type { TemplateFault } from './template-fault.js';

/** Fills a template in. The envelope is only read. What takes too long or becomes too much is a fault, like anything else that goes wrong. */
export function renderTemplate(template: Template, envelope: Envelope): Block[] | TemplateFault {
  try {
    const context = new Context(envelope, engine.options, { sync: true }, { liquid: engine });
    const budget = new Budget();
    setBudget(context, budget);
    const emitter = new BlockEmitter(budget);
    toValueSync(engine.renderer.renderTemplates([...template.parts], context, emitter));
    return emitter.finish();
  } catch (thrown) {
    return faultOf(thrown, template.text);
  }
}
