import type { ReadTemplate } from '../check-templates.js';
import { convertGreenbar } from './convert-greenbar.js';
import type { CogNote } from './cog-note.js';
import type { CogSource } from './cog-source.js';
import { mapOf, type WrittenMap } from './written-yaml.js';

/**
 * The bundle's templates as one: a command of Cog's names its template with each answer, and that name is `response.template` here. What
 * names none is drawn as Cog drew it, which is why the last branch is there.
 */
export function carryTemplates(source: CogSource, readTemplate?: ReadTemplate): WrittenMap['entries'] {
  const notes: CogNote[] = [];
  const carried = source.entries.flatMap(([name, template]) => {
    const text = carryTemplate(name, template, notes, readTemplate);
    return text === undefined ? [] : [{ name, text }];
  });
  if (carried.length === 0) return [];
  const branches = carried.map(({ name, text }) => `{% when "${name}" %}\n${text.trim()}\n`);
  const whole = `{% case response.template %}\n${branches.join('')}${otherwise}{% endcase %}\n`;
  if (readTemplate && 'code' in readTemplate(whole)) {
    source.noteKey('template-not-carried', {
      name: carried.map(({ name }) => name).join(', '),
      what: 'all of them together',
    });
    return [];
  }
  return [{ key: 'templates', value: mapOf({ key: 'command', value: whole }), from: source.path, notes }];
}

const otherwise = `{% else %}
{% if response.structured %}
{% table response.records %}
{% else %}
{{ response.out }}
{% endif %}
`;

function carryTemplate(
  name: string,
  source: CogSource,
  notes: CogNote[],
  readTemplate: ReadTemplate | undefined,
): string | undefined {
  const body = source.child('body');
  const text = body.text ?? source.text;
  if (!/^\w{1,100}$/.test(name) || text === undefined) {
    const isOld = source.child('slack').said || source.child('hipchat').said;
    notes.push(
      source.noteKey(isOld ? 'template-mustache' : 'template-not-carried', { name, what: 'what it says' }),
    );
    return undefined;
  }
  const at = body.said ? body : source;
  const made = convertGreenbar(text);
  if ('problem' in made) {
    notes.push(at.note('template-not-carried', { name, what: made.problem }, { inside: made.at }));
    return undefined;
  }
  const read = readTemplate?.(made.template);
  if (read && 'code' in read) {
    notes.push(at.note('template-not-carried', { name, what: String(read.code) }));
    return undefined;
  }
  if (made.markup) notes.push(at.note('template-markup', { name }));
  if (made.titles) notes.push(at.note('template-titles', { name }));
  if (made.leftOut.length > 0) notes.push(at.note('template-part-left-out', { name, what: made.leftOut }));
  return made.template;
}
