import { Problem } from '../http/problem.js';

/** Every sentence of this feature's REST, in one place. None tells a value. */
export const configProblems = {
  noSuchBundle: (bundle: string) =>
    new Problem(
      404,
      'no-such-bundle',
      `The bundle ${bundle} is not installed; "chasqui bundle list" shows what is.`,
      {
        name: bundle,
      },
    ),
  noSuchValue: (bundle: string, key: string, layer: string, owner: string) =>
    new Problem(
      404,
      'no-such-value',
      `${key} of ${bundle} is not set for ${whose(layer, owner)}; "chasqui config list ${bundle}" shows what is.`,
      { bundle, key, layer, owner },
    ),
  unknownChannel: (name: string) =>
    new Problem(
      404,
      'unknown-channel',
      `No room #${name} has been heard in the last 30 days; say anything to Chasqui there, or name the room by its id: ADAPTER/WORKSPACE/ID.`,
      { name },
    ),
  ambiguousChannel: (name: string, channels: readonly string[]) =>
    new Problem(409, 'ambiguous-channel', `#${name} could be ${channels.join(' or ')}; write one of these.`, {
      name,
      channels,
    }),

  notAName: (key: string) =>
    new Problem(
      422,
      'bad-key',
      `${JSON.stringify(key.slice(0, 60))} cannot be a key: it becomes an environment variable, so write letters, digits and underscores, at most 128, not a digit first.`,
      { key },
    ),
  reserved: (key: string) =>
    new Problem(
      422,
      'reserved-key',
      `${key} is not to be set: it is Chasqui's own, or it changes which program runs. Choose another name.`,
      { key },
    ),
  undeclared: (bundle: string, key: string, suggestion: string | undefined, declared: readonly string[]) =>
    new Problem(
      422,
      'undeclared-key',
      `${bundle} declares no ${key}; ${suggestion ? `did you mean ${suggestion}?` : `it declares ${declared.join(', ')}.`}`,
      { bundle, key, suggestion, declared },
    ),
  notOfType: (bundle: string, key: string, type: string, expected: string) =>
    new Problem(422, 'bad-value', `${key} of ${bundle} must be ${expected}.`, {
      bundle,
      key,
      type,
      expected,
    }),
  nulCharacter: (key: string) =>
    new Problem(422, 'bad-value', `The value of ${key} has a NUL character, which no environment can hold.`, {
      key,
    }),
  noOwner: (layer: string) => new Problem(422, 'no-owner', `Whose ${layer}? Say it with "owner".`, { layer }),
  badOwner: (layer: string, owner: string, form: string) =>
    new Problem(
      422,
      'bad-owner',
      `${JSON.stringify(owner.slice(0, 60))} is no ${layer}; write it like ${form}.`,
      {
        layer,
        owner,
      },
    ),
  notYours: (bundle: string) =>
    new Problem(
      403,
      'not-yours',
      `Your own values are for bundles of which you may run something, and ${bundle} is none of them.`,
      { bundle },
    ),
};

function whose(layer: string, owner: string): string {
  return owner === '' ? `the ${layer}` : `the ${layer} ${owner}`;
}
