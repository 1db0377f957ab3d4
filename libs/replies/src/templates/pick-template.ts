/** When a template is used: a command's success, its failure, what Chasqui itself says, and what it refuses. */
export const templateKinds = ['command', 'command_error', 'message', 'message_error'] as const;
export type TemplateKind = (typeof templateKinds)[number];

/** Templates as they are written, by kind. */
export type TemplateTexts = Readonly<Partial<Record<TemplateKind, string>>>;

/** Where templates may be written, the nearest first. */
export interface TemplateLevels {
  readonly command?: TemplateTexts;
  readonly bundle?: TemplateTexts;
  /** The installation's own, in Chasqui's language always. */
  readonly installation?: TemplateTexts;
  /** What the bundle's file is, and so the language of the command's and the bundle's templates. Ours where it is not said. */
  readonly format?: 'gort' | 'chasqui';
}

/** The template to use, and where it was found. */
export interface PickedTemplate {
  readonly kind: TemplateKind;
  readonly level: 'command' | 'bundle' | 'installation';
  readonly text: string;
  readonly language: 'chasqui' | 'gort';
}

/** The template of a kind: the command's, else the bundle's, else the installation's. Undefined: what is built in, the plain rendering. */
export function pickTemplate(kind: TemplateKind, levels: TemplateLevels): PickedTemplate | undefined {
  for (const level of ['command', 'bundle', 'installation'] as const) {
    const text = levels[level]?.[kind];
    if (text === undefined || text.trim() === '') continue;
    const language = level === 'installation' ? 'chasqui' : (levels.format ?? 'chasqui');
    return { kind, level, text, language };
  }
  return undefined;
}
