import type { Rendered } from '@chasqui/replies';
import type { Refusal } from '@chasqui/contracts';
import type { Known, KnownAsker } from '../commands/known.js';

/** Somebody asks for something that the API answers by itself. */
export interface Ask {
  /** The words behind the name. */
  readonly words: readonly string[];
  readonly asker: KnownAsker;
  readonly known: Known;
}

/** How a built-in is found and explained. */
export interface BuiltInHelp {
  readonly name: string;
  /** `run show ID` */
  readonly usage: string;
  readonly description: string;
  readonly examples?: readonly string[];
}

/** A command that the API answers by itself, without a relay and for everybody who is known. */
export interface BuiltIn extends BuiltInHelp {
  readonly answer: (ask: Ask) => Rendered | Refusal | Promise<Rendered | Refusal>;
}
