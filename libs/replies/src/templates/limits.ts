/** What a template may be, and what filling it in may cost. */
export const limits = {
  /** UTF-16 units of a template's own text. */
  templateLength: 32 * 1024,
  /** Tags, outputs and the texts between them: looking at each takes as long as the template is. */
  parts: 2_000,
  /** How deep a template may be nested, counted in the engine's own objects: some 80 tags in each other. */
  depth: 300,
  /** Milliseconds of one rendering; everything else waits meanwhile. */
  renderMs: 500,
  /** What filters and loops may make, in the engine's own rough units: characters and items. */
  memory: 5_000_000,
  /** UTF-16 units of text in all blocks together, and blocks. */
  outputLength: 200_000,
  blocks: 200,
} as const;
