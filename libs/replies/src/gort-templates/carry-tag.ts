import { asToken, carryValue, type NewName } from './carry-value.js';
import { GoProblem } from './go-problem.js';
import type { GoScope } from './go-scope.js';
import type { GoValue } from './parse-go-action.js';

/** A tag of Gort's: `text | monospace true` is a call of `monospace` with what `text` gives, and so the tag stands innermost. */
export interface GortTag {
  readonly name: string;
  /** The image's address, the alternative text. */
  readonly given: readonly GoValue[];
  /** The functions behind it, by name. */
  readonly options: ReadonlyMap<string, GoValue>;
  readonly at: number;
}

const tags = new Set(['header', 'text', 'endtext', 'section', 'endsection', 'image', 'divider', 'alt']);
const options = new Set(['color', 'title', 'monospace', 'markdown', 'emoji', 'inline', 'thumbnail']);

/** The tag that an action is, or undefined. @throws GoProblem for a function that belongs to no tag */
export function gortTag(value: GoValue): GortTag | undefined {
  const found = new Map<string, GoValue>();
  let at: GoValue = value;
  while (at.kind === 'call' && options.has(at.name) && at.given.length === 2) {
    if (!found.has(at.name)) found.set(at.name, at.given[0]!);
    at = at.given[1]!;
  }
  if (at.kind !== 'call' || !tags.has(at.name)) return undefined;
  const most = at.name === 'image' || at.name === 'alt' ? 1 : 0;
  if (at.given.length !== most) throw new GoProblem('bad-syntax', at.name, at.at);
  return { name: at.name, given: at.given, options: found, at: at.at };
}

/** The beginning of our tag, and what closes it: of a text a `field` if it is inline and has a title, as Gort draws those side by side. */
export function carryTag(tag: GortTag, scope: GoScope, newName: NewName): { opens: string; closes?: string } {
  const given = (name: string) => {
    const value = tag.options.get(name);
    return value && asToken(carryValue(value, scope, newName), newName);
  };
  const isOn = (name: string) => given(name)?.value === 'true';
  const title = given('title');
  switch (tag.name) {
    case 'header': {
      const color = given('color');
      const words = [title?.value, color && `color: ${color.value}`].filter((word) => word !== undefined);
      return { opens: `${title?.before ?? ''}${color?.before ?? ''}{% header ${words.join(', ')} %}` };
    }
    case 'text': {
      if (title && isOn('inline'))
        return { opens: `${title.before}{% field ${title.value} %}`, closes: '{% endfield %}' };
      const words = [isOn('monospace') ? 'monospace: true' : undefined, title && `title: ${title.value}`];
      const written = words.filter((word) => word !== undefined).join(', ');
      return {
        opens: `${title?.before ?? ''}{% text${written && ` ${written}`} %}`,
        closes: '{% endtext %}',
      };
    }
    case 'image': {
      const url = asToken(carryValue(tag.given[0]!, scope, newName), newName);
      return {
        opens: `${url.before}{% image ${url.value}${isOn('thumbnail') ? ', thumbnail: true' : ''} %}`,
      };
    }
    case 'divider':
      return { opens: '{% divider %}' };
    default:
      // A section only groups what stands in it.
      return { opens: '' };
  }
}
