import type { Posted } from './fake-slack.js';

interface Element {
  readonly type: string;
  readonly text?: string;
  readonly elements?: readonly Element[];
  readonly style?: Readonly<Record<string, boolean>>;
}

/**
 * A posted message as a person sees it: the text, and what in it Slack would act upon. In rich text that is every element that is
 * not plain text; in the text beside it, everything in angle brackets.
 */
export function asShown(posted: Posted): { text: string; markup: string[] } {
  const blocks = [...posted.blocks, ...posted.attachments.flatMap((one) => one.blocks)] as Element[];
  const leaves = blocks.flatMap(leavesOf);
  const markup = leaves.filter(({ type }) => type !== 'text').map(({ type }) => type);
  markup.push(...(posted.text.match(/<[^>]*>/g) ?? []));
  const decoded = posted.text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
  const shown =
    leaves.length > 0
      ? blocks
          .map((block) =>
            leavesOf(block)
              .map(({ text }) => text)
              .join(''),
          )
          .join('\n')
      : decoded;
  return { text: shown, markup };
}

function leavesOf(element: Element): Element[] {
  return element.elements ? element.elements.flatMap(leavesOf) : [element];
}
