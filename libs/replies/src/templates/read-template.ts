import { Parser, Tokenizer, type Template as Part } from 'liquidjs';
import { checkParts } from './check-parts.js';
import { engine } from './engine.js';
import { faultOf } from './fault-of.js';
import { limits } from './limits.js';
import { dropStandaloneLines } from './standalone-lines.js';
import { faultAt, type TemplateFault } from './template-fault.js';

/** A template that was read and found right. */
export interface Template {
  readonly text: string;
  readonly parts: readonly Part[];
}

/** Reads a template; everything that can be known without filling it in is looked at. */
export function readTemplate(text: string): Template | TemplateFault {
  if (text.length > limits.templateLength)
    return faultAt(text, 0, 'too-long', { most: limits.templateLength, length: text.length });
  try {
    const tokens = new Tokenizer(text, engine.options.operators).readTopLevelTokens(engine.options);
    if (tokens.length > limits.parts)
      return faultAt(text, tokens[limits.parts]!.begin, 'too-long', { most: limits.parts, what: 'parts' });
    dropStandaloneLines(text, tokens);
    const parts = new Parser(engine).parseTokens(tokens);
    checkParts(parts, text);
    return { text, parts };
  } catch (thrown) {
    return faultOf(thrown, text);
  }
}
