/** What passes from one stage of a pipeline to the next: a JSON object. A line of text is `{ text }`, any other JSON value `{ value }`. */
export type DataRecord = Readonly<Record<string, unknown>>;

/** How a result is to be drawn; `auto` where nobody said. */
export type View =
  | { readonly kind: 'auto' | 'json' | 'text' }
  | { readonly kind: 'table'; readonly columns?: readonly string[] };

/** The records of a stage, and how they are to be drawn if it was the last. */
export interface Records {
  readonly records: readonly DataRecord[];
  readonly view: View;
}
