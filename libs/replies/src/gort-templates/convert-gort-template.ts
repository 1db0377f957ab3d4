import type { Facts } from '@chasqui/contracts';
import { carryTag, gortTag } from './carry-tag.js';
import { asToken, carryCondition, carryValue } from './carry-value.js';
import { GoProblem, type GortNoteCode } from './go-problem.js';
import { variableOf, withVariable, type GoScope } from './go-scope.js';
import { lexGoTemplate, type GoPiece } from './lex-go-template.js';
import { limits } from '../templates/limits.js';
import { asText, filtered, written } from './liquid-value.js';
import { parseGoPipeline, type GoPipeline } from './parse-go-action.js';

/** Something in a template of Gort's that could not be carried over. Lines and columns (UTF-16) count from 1. */
export interface GortTemplateNote {
  readonly code: GortNoteCode;
  readonly line: number;
  readonly column: number;
  readonly facts: Facts;
}

export interface ConvertedTemplate {
  /** The same in Chasqui's language; undefined if it cannot be carried over. */
  readonly template?: string;
  /** What cannot be carried over, or was left out. */
  readonly notes: readonly GortTemplateNote[];
}

/** Turns a template of Gort's (Go's `text/template`, with Gort's tags and the most used functions) into one of ours. */
export function convertGortTemplate(text: string): ConvertedTemplate {
  const notes: GortTemplateNote[] = [];
  const note = (code: GortNoteCode, what: string, at: number) => {
    const before = text.slice(0, at).split('\n');
    notes.push({ code, line: before.length, column: before.at(-1)!.length + 1, facts: { what } });
  };
  if (text.length > limits.templateLength) {
    note('not-carried', 'a template as long as this', 0);
    return { notes };
  }
  try {
    const conversion = new Conversion((what, at) => note('left-out', what, at));
    for (const piece of lexGoTemplate(text)) conversion.add(piece);
    return { template: conversion.finish(text.length), notes };
  } catch (thrown) {
    if (thrown instanceof GoProblem) note(thrown.code, thrown.what, thrown.at);
    // Out of stack: nested thousands of levels deep.
    else if (thrown instanceof RangeError) note('not-carried', 'what is nested so deep', 0);
    else throw thrown;
    return { notes };
  }
}

/** What is open: how it is closed, the scope outside, and what `else` becomes in it. */
interface Open {
  readonly what: 'if' | 'range' | 'with' | 'text';
  closes: string;
  readonly outside: GoScope;
  readonly at: number;
}

class Conversion {
  #made = '';
  #scope: GoScope = { dot: undefined, variables: new Map() };
  #names = 0;
  readonly #open: Open[] = [];
  readonly #newName = () => `g${(this.#names += 1)}`;

  constructor(readonly leftOut: (what: string, at: number) => void) {}

  add(piece: GoPiece): void {
    if (piece.kind === 'text') {
      this.#made += asText(piece.text);
      return;
    }
    const [first, ...rest] = piece.words;
    const keyword = first?.kind === 'name' ? first.text : '';
    const pipeline = () => parseGoPipeline(rest, piece.at);
    switch (keyword) {
      case 'if':
        this.#begin('if', piece.at);
        return this.#if(pipeline());
      case 'range':
        return this.#range(pipeline(), piece.at);
      case 'with':
        return this.#with(pipeline(), piece.at);
      case 'else':
        return this.#else(
          rest.length === 0 ? undefined : rest[0]!.text,
          () => parseGoPipeline(rest.slice(1), piece.at),
          piece.at,
        );
      case 'end':
        return this.#end(['if', 'range', 'with'], piece.at);
      case 'break':
      case 'continue':
        this.#made += `{% ${keyword} %}`;
        return;
      case 'define':
      case 'template':
      case 'block':
      case 'unimplemented':
        throw new GoProblem('not-carried', keyword, piece.at);
      default:
        return this.#action(parseGoPipeline(piece.words, piece.at), piece.at);
    }
  }

  finish(end: number): string {
    const open = this.#open.at(-1);
    if (open) throw new GoProblem('bad-syntax', open.what, Math.min(open.at, end));
    return this.#made;
  }

  #action({ names, assigns, value }: GoPipeline, at: number): void {
    if (names.length > 0) {
      const carried = carryValue(value, this.#scope, this.#newName);
      const name = assigns ? variableOf(this.#scope, names[0]!, at) : this.#newName();
      this.#made += `${carried.before}{% assign ${name} = ${written(carried)} %}`;
      this.#scope = withVariable(this.#scope, names[0]!, name);
      return;
    }
    const tag = gortTag(value);
    if (!tag) {
      const carried = carryValue(value, this.#scope, this.#newName);
      const shown = carried.list ? filtered(carried, 'join: " "') : carried;
      this.#made += `${shown.before}{{ ${written(shown)} }}`;
      return;
    }
    if (tag.name === 'endtext') return this.#end(['text'], at);
    if (tag.name === 'alt') this.leftOut('alt', at);
    const { opens, closes } = carryTag(tag, this.#scope, this.#newName);
    if (opens !== '' && this.#open.some(({ what }) => what === 'text'))
      throw new GoProblem('not-carried', `${tag.name} inside a text`, at);
    this.#made += opens;
    if (closes) this.#open.push({ what: 'text', closes, outside: this.#scope, at });
  }

  #if({ value }: GoPipeline): void {
    const { before, condition } = carryCondition(value, this.#scope, this.#newName);
    this.#made += `${before}{% if ${condition} %}`;
    this.#open.at(-1)!.closes += '{% endif %}';
  }

  #range({ names, value }: GoPipeline, at: number): void {
    const list = asToken(carryValue(value, this.#scope, this.#newName), this.#newName);
    const item = this.#newName();
    this.#begin('range', at).closes = '{% endfor %}';
    this.#made += `${list.before}{% for ${item} in ${list.value} %}`;
    this.#scope = { ...this.#scope, dot: item };
    const [index, own] = names.length > 1 ? names : [undefined, names[0]];
    if (own) this.#scope = withVariable(this.#scope, own, item);
    if (index && index !== '$_') {
      const counter = this.#newName();
      this.#made += `{% assign ${counter} = forloop.index0 %}`;
      this.#scope = withVariable(this.#scope, index, counter);
    }
  }

  #with({ names, value }: GoPipeline, at: number): void {
    const carried = carryValue(value, this.#scope, this.#newName);
    const name = this.#newName();
    this.#begin('with', at).closes = '{% endif %}';
    this.#made += `${carried.before}{% assign ${name} = ${written(filtered(carried, 'default: false'))} %}`;
    this.#made += `{% if ${name} and ${name} != 0 %}`;
    this.#scope = { ...this.#scope, dot: name };
    if (names[0]) this.#scope = withVariable(this.#scope, names[0], name);
  }

  #else(word: string | undefined, pipeline: () => GoPipeline, at: number): void {
    const open = this.#open.at(-1);
    if (!open || open.what === 'text') throw new GoProblem('bad-syntax', 'else', at);
    this.#scope = open.outside;
    this.#made += '{% else %}';
    if (word === undefined) return;
    if (word !== 'if' || open.what !== 'if') throw new GoProblem('not-carried', `else ${word}`, at);
    this.#if(pipeline());
  }

  #begin(what: Open['what'], at: number): Open {
    const open: Open = { what, closes: '', outside: this.#scope, at };
    this.#open.push(open);
    return open;
  }

  #end(allowed: readonly Open['what'][], at: number): void {
    const open = this.#open.pop();
    if (!open || !allowed.includes(open.what))
      throw new GoProblem('bad-syntax', allowed[0] === 'text' ? 'endtext' : 'end', at);
    this.#made += open.closes;
    // What a text declares is known behind it; what a branch or a loop declares is not.
    if (open.what !== 'text') this.#scope = open.outside;
  }
}
