import fc from 'fast-check';
import { expect, it } from 'vitest';
import { convertGreenbar } from './convert-greenbar.js';

it.each([
  ['~$results[0].name~', '{{ response.records[0].name }}'],
  ["~$results[0]['a b'].c-d~", '{{ response.records[0]["a b"]["c-d"] }}'],
  [
    '~each var=$results as=user~~$user.id~\n~end~',
    '{% for user in response.records %}{{ user.id }}\n{% endfor %}',
  ],
  [
    '~each var=$results as=data~~$data.id~~end~',
    '{% for the_data in response.records %}{{ the_data.id }}{% endfor %}',
  ],
  [
    '~join var=$results with=" and "~~$item.a~~end~',
    '{% for item in response.records %}{{ item.a }}{% unless forloop.last %}{{ " and " }}{% endunless %}{% endfor %}',
  ],
  ['~if cond=$results[0].a bound?~x~end~', '{% if response.records[0].a != nil %}x{% endif %}'],
  ['~if cond=not_bound?($results[0].a)~x~end~', '{% if response.records[0].a == nil %}x{% endif %}'],
  ['~if cond=$results[0].n >= 3~x~end~', '{% if response.records[0].n >= 3 %}x{% endif %}'],
  ['~if cond=$results[0].s == "on"~x~end~', '{% if response.records[0].s == "on" %}x{% endif %}'],
  [
    '~if cond=length($results) > 1~x~end~',
    '{% assign n1 = response.records | size %}{% if n1 > 1 %}x{% endif %}',
  ],
  ['~count var=$results~ found~br~', '{{ response.records | size }} found\n'],
  ['~json var=$results~', '{% code "json" %}{{ response.records | json: true }}{% endcode %}'],
  ['# All of them', '{% header "All of them" %}\n'],
  ['```\n**as it is**\n```', '{% code %}\n**as it is**\n{% endcode %}\n'],
  [
    '**bold** `code` [here](https://a.example/~$results[0].a~)\n* item',
    'bold code here (https://a.example/{{ response.records[0].a }})\n* item',
  ],
  ['{{ x }} {% y %} ~ 5', '{{ "{" }}{ x }} {{ "{" }}% y %} ~ 5'],
  [
    '| id | Name |\n|---|:--|\n~each var=$results~\n| ~$item.id~ | ~$item.tags.Name~ |\n~end~\nend',
    '{% table response.records, "id, tags.Name" %}\nend',
  ],
  [
    '| id |\n|---|\n~each var=$results~\n| <~$item.id~> |\n~end~',
    '{% code %}\n| id |\n{% for item in response.records %}\n| <{{ item.id }}> |\n{% endfor %}\n{% endcode %}\n',
  ],
])('%j becomes %j', (text, template) => {
  expect(convertGreenbar(text)).toMatchObject({ template });
});

it('draws an attachment as a header with what stands in it', () => {
  const text =
    '~attachment title=$results[0].t color="danger" footer="f" Region="eu" fallback="x"~\nbody\n~end~';
  expect(convertGreenbar(text)).toEqual({
    template:
      '{% header response.records[0].t, color: "#a30200" %}\n\nbody\n\n{% field "Region" %}{{ "eu" }}{% endfield %}\n{% text tone: "quiet" %}{{ "f" }}{% endtext %}\n',
    markup: false,
    titles: false,
    leftOut: ['fallback'],
  });
});

it.each([
  ['~$user.name~', '$user.name', 0],
  ['a\n~each var=$results~', 'a tag without its end', 21],
  ['~end~', 'end', 0],
  ['a\n~each as=x~~end~', 'each without var', 2],
  ['~shout var=$results~', 'the tag shout', 0],
  ['~if cond=$results~x~end~', '$results', 0],
])('%j cannot be carried over: %s', (text, problem, at) => {
  expect(convertGreenbar(text)).toEqual({ problem, at });
});

it('has an answer to any text', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '~',
      '$results',
      '~each var=$results~',
      '~end~',
      '| a |',
      '\n|--|\n',
      '```\n',
      '~if cond=',
      '**',
      '"',
      '~attachment ',
    ),
    fc.string({ unit: 'binary', maxLength: 8 }),
  );
  fc.assert(fc.property(fc.array(piece), (pieces) => void convertGreenbar(pieces.join(''))));
});
