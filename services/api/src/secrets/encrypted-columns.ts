import { placeOf } from '../commands/plan-secrets.js';
import { placeText, type ValuePlace } from '../configuration/layer.js';

/** Gives a stored secret anew, encrypted with the current key. `place` is where it stands. */
export type Reseal = (text: string, place: string) => string;

/** Where secrets stand encrypted with the secret key. */
export interface EncryptedColumn {
  /** What they are, for people. */
  readonly of: string;
  readonly table: string;
  readonly column: string;
  /** The columns by which a row is found. */
  readonly key: readonly string[];
  /** As `keyFor` was given it; none where the key itself was used. */
  readonly purpose?: string;
  /** SQL: the rows whose column holds one. */
  readonly where?: string;
  /** What stands before a secret in the column as text, as a regular expression; its beginning where it does not say. */
  readonly before?: string;
  /** The column anew. `row` has the columns of `key` and `kept`, the column itself. */
  readonly again: (row: EncryptedRow, reseal: Reseal) => unknown;
}

export type EncryptedRow = Readonly<Record<string, string>> & { readonly kept: unknown };

/**
 * Every column that holds what the secret key encrypted. Whoever adds one adds a line here: `chasqui secrets reencrypt` goes by it, and a
 * test looks through all the others.
 */
export const encryptedColumns: readonly EncryptedColumn[] = [
  {
    of: 'tokens of relays and adapters',
    table: 'credentials',
    column: 'secret',
    key: ['of', 'name', 'n'],
    again: ({ kept }, reseal) => reseal(kept as string, ''),
  },
  {
    of: 'secret configuration',
    table: 'configuration',
    column: 'value',
    key: ['bundle', 'layer', 'owner', 'key'],
    purpose: 'configuration',
    where: 'secret',
    again: (row, reseal) => reseal(row.kept as string, placeText(row as unknown as ValuePlace)),
  },
  {
    of: 'secret words of unfinished lines',
    table: 'runs',
    column: 'plan',
    key: ['id'],
    purpose: 'plans',
    where: 'plan is not null',
    before: '"sealedWords": "',
    again: ({ id, kept }, reseal) =>
      planAgain(kept as KeptPlan, (text, stage) => reseal(text, placeOf(id!, stage))),
  },
  {
    of: 'sign-ins on their way',
    table: 'oidc_flows',
    column: 'content',
    key: ['hash'],
    purpose: 'oidc-flow',
    again: ({ hash, kept }, reseal) => reseal(kept as string, `oidc_flows ${hash!.replace(/^\\x/, '')}`),
  },
  ...['refresh_token', 'id_token'].map((column) => ({
    of: `${column.replace('_', ' ')}s of the identity provider`,
    table: 'sessions',
    column,
    key: ['id'],
    purpose: 'oidc-token',
    where: `${column} is not null`,
    again: ({ id, kept }: EncryptedRow, reseal: Reseal) => reseal(kept as string, `sessions.${column} ${id}`),
  })),
];

interface KeptPlan {
  readonly stages: readonly { readonly sealedWords?: string }[];
}

function planAgain(plan: KeptPlan, reseal: (text: string, stage: number) => string): KeptPlan {
  const stages = plan.stages.map((stage, index) =>
    stage.sealedWords === undefined ? stage : { ...stage, sealedWords: reseal(stage.sealedWords, index) },
  );
  return { ...plan, stages };
}
