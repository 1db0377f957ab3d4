import {
  carryCondition,
  carryPath,
  carryValue,
  GreenbarProblem,
  literal,
  type Scope,
} from './greenbar-value.js';
import { splitGreenbar, type Part } from './split-greenbar.js';

export interface ConvertedGreenbar {
  readonly template: string;
  /** Whether bold, italics, links or inline code became plain text. */
  readonly markup: boolean;
  /** Whether a table's columns are now titled by the names of their fields. */
  readonly titles: boolean;
  /** Words of tags that are gone. */
  readonly leftOut: readonly string[];
}

/** Turns a template of Cog's (greenbar: Markdown with tags between tildes) into one of ours, or tells what has no equivalent. */
export function convertGreenbar(
  text: string,
): ConvertedGreenbar | { readonly problem: string; readonly at: number } {
  try {
    const conversion = new Conversion();
    for (const part of splitGreenbar(text)) conversion.add(part);
    return conversion.finish(text.length);
  } catch (thrown) {
    if (!(thrown instanceof GreenbarProblem)) throw thrown;
    return { problem: thrown.what.slice(0, 100), at: thrown.at };
  }
}

interface Open {
  readonly closes: string;
  readonly outside: Scope;
}

const deepest = 30;

class Conversion {
  #made = '';
  #scope: Scope = new Map([['results', 'response.records']]);
  #names = 0;
  #markup = false;
  #titles = false;
  /** Inside a fixed-width block nothing but text may stand. */
  #inCode = false;
  readonly #open: Open[] = [];
  readonly #leftOut = new Set<string>();

  add(part: Part): void {
    switch (part.kind) {
      case 'text':
        this.#made += escaped(part.text);
        this.#markup ||= part.markup;
        return;
      case 'header':
        this.#made += `{% header ${literal(part.text, part.at)} %}\n`;
        return;
      case 'code':
        this.#inCode = part.begins;
        this.#made += part.begins ? '{% code %}\n' : '{% endcode %}\n';
        return;
      case 'table': {
        const records = carryPath(part.records, this.#scope, part.at);
        this.#titles ||= part.titled;
        this.#made += `{% table ${records}, ${literal(part.columns.join(', '), part.at)} %}\n`;
        return;
      }
      case 'value':
        this.#made += `{{ ${carryPath(part.path, this.#scope, part.at)} }}`;
        return;
      case 'tag':
        this.#tag(part);
    }
  }

  finish(end: number): ConvertedGreenbar {
    if (this.#open.length > 0) throw new GreenbarProblem('a tag without its end', end);
    return { template: this.#made, markup: this.#markup, titles: this.#titles, leftOut: [...this.#leftOut] };
  }

  #tag({ name, words, cond, at }: Extract<Part, { kind: 'tag' }>): void {
    const needed = (word: string) => {
      const value = words.get(word);
      if (value === undefined) throw new GreenbarProblem(`${name} without ${word}`, at);
      return value;
    };
    const list = () => carryPath(needed('var'), this.#scope, at);
    switch (name) {
      case 'each': {
        const given = list();
        const item = this.#enter(words.get('as') ?? 'item', '{% endfor %}', at);
        this.#made += `{% for ${item} in ${given} %}`;
        return;
      }
      case 'join': {
        const [given, between] = [list(), carryValue(words.get('with') ?? '", "', this.#scope, at)];
        const closes = `{% unless forloop.last %}{{ ${between} }}{% endunless %}{% endfor %}`;
        const item = this.#enter(words.get('as') ?? 'item', closes, at);
        this.#made += `{% for ${item} in ${given} %}`;
        return;
      }
      case 'if': {
        const { before, condition } = carryCondition(
          cond ?? '',
          this.#scope,
          at,
          () => `n${(this.#names += 1)}`,
        );
        this.#push('{% endif %}', at);
        this.#made += `${before}{% if ${condition} %}`;
        return;
      }
      case 'count':
        this.#made += `{{ ${list()} | size }}`;
        return;
      case 'json': {
        const value = `{{ ${list()} | json: true }}`;
        this.#made += this.#inCode ? value : `{% code "json" %}${value}{% endcode %}`;
        return;
      }
      case 'br':
        this.#made += '\n';
        return;
      case 'attachment':
        return this.#attachment(words, at);
      default: {
        const open = this.#open.pop();
        if (!open) throw new GreenbarProblem('end', at);
        this.#made += open.closes;
        this.#scope = open.outside;
      }
    }
  }

  /** An attachment's frame becomes a header, and what stood in it follows. */
  #attachment(words: ReadonlyMap<string, string>, at: number): void {
    if (this.#inCode) throw new GreenbarProblem('attachment', at);
    const value = (name: string) => {
      const text = words.get(name);
      return text === undefined ? undefined : carryValue(text, this.#scope, at);
    };
    const shown = (name: string) => {
      const found = value(name);
      return found === undefined ? '' : `{{ ${found} }}\n`;
    };
    const color = this.#color(words.get('color'), at);
    const [title, url, image, thumb] = ['title', 'title_url', 'image_url', 'thumb_url'].map(value);
    const header = [title, color && `color: ${color}`].filter((word) => word !== undefined);
    this.#made += shown('pretext');
    if (header.length > 0) this.#made += `{% header ${header.join(', ')} %}\n`;
    this.#made += shown('author');
    if (url !== undefined) this.#made += `{% link ${url}${title === undefined ? '' : `, ${title}`} %}\n`;
    const footer = value('footer');
    const fields = [...words.keys()].filter((name) => !known.has(name) && !name.endsWith('-short'));
    const closes = [
      ...fields.map((name) => `{% field ${literal(name, at)} %}{{ ${value(name)} }}{% endfield %}`),
      ...(image === undefined ? [] : [`{% image ${image} %}`]),
      ...(thumb === undefined ? [] : [`{% image ${thumb}, thumbnail: true %}`]),
      ...(footer === undefined ? [] : [`{% text tone: "quiet" %}{{ ${footer} }}{% endtext %}`]),
    ];
    for (const name of ['ts', 'fallback', 'author_icon', 'footer_icon'])
      if (words.has(name)) this.#leftOut.add(name);
    this.#push(`\n${closes.join('\n')}${closes.length > 0 ? '\n' : ''}`, at);
  }

  /** Slack's three words are colours; other words are none here. */
  #color(text: string | undefined, at: number): string | undefined {
    if (text === undefined || text.startsWith('$')) return text && carryPath(text, this.#scope, at);
    const said = text.replaceAll(/["']/g, '').toLowerCase();
    const color = Object.hasOwn(colors, said) ? colors[said]! : said;
    if (/^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/.test(color)) return `"${color}"`;
    this.#leftOut.add('color');
    return undefined;
  }

  /** Opens a scope with a variable in it; returns what it is called here. */
  #enter(variable: string, closes: string, at: number): string {
    if (!/^[A-Za-z_]\w*$/.test(variable)) throw new GreenbarProblem(variable, at);
    this.#push(closes, at);
    const name = taken.has(variable) ? `the_${variable}` : variable;
    this.#scope = new Map([...this.#scope, [variable, name]]);
    return name;
  }

  #push(closes: string, at: number): void {
    if (this.#open.length >= deepest) throw new GreenbarProblem(`more than ${deepest} levels`, at);
    this.#open.push({ closes, outside: this.#scope });
  }
}

const colors: Readonly<Record<string, string>> = { good: '#2eb886', warning: '#daa038', danger: '#a30200' };

const known = new Set(
  'title title_url color author author_icon pretext image_url thumb_url footer footer_icon ts fallback'.split(
    ' ',
  ),
);

/** Names that mean something else in our templates. */
const taken = new Set(
  'request response error data payload forloop true false nil null empty blank and or not contains in reversed limit offset'.split(
    ' ',
  ),
);

/** Text as text, also where it looks like one of our tags. */
function escaped(text: string): string {
  return text.replaceAll(/\{(?=[{%])/g, '{{ "{" }}');
}
