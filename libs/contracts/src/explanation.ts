import { z } from 'zod';
import { DriverName, Limits, Mount } from './order.js';

/** One rule that was looked at, and what came of it. */
export const ExplainedRule = z.object({
  /** As it was written. */
  rule: z.string(),
  from: z.enum(['bundle', 'site']),
  /** A site rule's own name. */
  name: z.string().optional(),
  /** It says `deny`. */
  denies: z.literal(true).optional(),
  /** Whether its condition is true of what was asked; not there where nobody judged it yet. */
  held: z.boolean().optional(),
  /** For one that held: whether the person has what it asks for. */
  satisfied: z.boolean().optional(),
  /** For one that was not satisfied: the ways to satisfy it, each a list of lacking permissions. */
  missing: z.array(z.array(z.string())).optional(),
});
export type ExplainedRule = z.infer<typeof ExplainedRule>;

/** How somebody comes to hold a permission, and to what it is limited where it is. */
export const HeldBy = z.object({
  group: z.string(),
  role: z.string(),
  on: z.object({ of: z.string(), what: z.string() }).optional(),
});
export type HeldBy = z.infer<typeof HeldBy>;

/** A permission that a rule speaks of; `by` is empty where it is not held. */
export const ExplainedPermission = z.object({ name: z.string(), held: z.boolean(), by: z.array(HeldBy) });
export type ExplainedPermission = z.infer<typeof ExplainedPermission>;

/** What was thought of one relay. */
export const ExplainedRelay = z.object({
  name: z.string(),
  outcome: z.enum([
    'chosen',
    /** Of a line on each relay that matches: it is one of them. */
    'target',
    /** As good as the one chosen: the run's own id decides between them. */
    'as-good',
    'busier',
    'suspect',
    'unavailable',
    'no-driver',
    /** It runs none of the platforms that the command is made for. */
    'no-platform',
    'no-match',
    'protected',
    'rule',
  ]),
  /** For `target`: in which wave its turn would come, from 1. */
  wave: z.number().int().optional(),
  /** For `no-match`: the requirements that it fails. */
  fails: z.array(z.string()).optional(),
  /** For `unavailable` and `suspect`. */
  state: z.string().optional(),
  /** Since when it is in that state, in milliseconds since the epoch. */
  since: z.number().optional(),
  /** For `unavailable`: what its operator said when draining or pausing it. */
  note: z.string().optional(),
  inFlight: z.number().optional(),
  /** For `as-good` and `busier`: it would have to wait there. */
  full: z.literal(true).optional(),
  /** For `no-platform`: what it runs. */
  platforms: z.array(z.string()).optional(),
  /** For `protected`: the selector that protects it; it takes `relay:use` for that. */
  protectedBy: z.string().optional(),
  /** For `rule`: the rule that keeps this command off it. */
  rule: z.string().optional(),
});
export type ExplainedRelay = z.infer<typeof ExplainedRelay>;

/** A value as it was bound; a secret one has no `value`. */
export const ExplainedValue = z.object({
  name: z.string(),
  value: z.string().optional(),
  /** Whether it was typed; otherwise it is a default. */
  given: z.boolean(),
  secret: z.boolean().optional(),
});
export type ExplainedValue = z.infer<typeof ExplainedValue>;

/** A stage that is a command, as far as the decision got with it. */
export const ExplainedCommand = z.object({
  kind: z.literal('command'),
  /** `bundle:command` */
  command: z.string(),
  bundle: z.string(),
  version: z.string(),
  input: z.enum(['none', 'each', 'all']),
  /** How the words were bound; not there where they could not be. */
  options: z.array(ExplainedValue).optional(),
  arguments: z.array(ExplainedValue).optional(),
  /** Values that hang on the records of the stage before: bound and judged again with each of them. */
  waitsFor: z.array(z.string()).optional(),
  /** Its rules, in the order in which they are looked at. */
  rules: z.array(ExplainedRule),
  /** What those rules and the relays speak of. */
  permissions: z.array(ExplainedPermission),
  /** All selectors that have to hold, in canonical form. */
  selector: z.string().optional(),
  /** The same one by one, with who asks for it: `bundle`, `command`, `person` or `channel`. */
  selectors: z.array(z.object({ selector: z.string(), from: z.string() })).optional(),
  /** Where it would run, where it would. */
  relay: z.string().optional(),
  driver: DriverName.optional(),
  /** Where it would run on each relay that matches: on how many, how many together wave by wave, how many may fail before no other wave begins. */
  fanOut: z
    .object({
      targets: z.number().int(),
      waves: z.array(z.number().int()),
      maxFailures: z.number().int(),
      pauseMs: z.number(),
    })
    .optional(),
  /** What it would wait for, or may have to. */
  waits: z
    .object({
      /** No relay fits now: so long it would wait for one. Milliseconds. */
      relayMs: z.number().optional(),
      /** The lock that it needs, with its bundle; values that hang on records stand in it as `${name}`. */
      lock: z.string().optional(),
      /** So many executions of its command may run at once. */
      concurrency: z.number().int().optional(),
      /** So long it would wait for either. Milliseconds. */
      lockMs: z.number().optional(),
    })
    .optional(),
  /** Every relay and what was thought of it; only where the rules let the command pass. */
  relays: z.array(ExplainedRelay).optional(),
  /** How many protected relays are left out of `relays`, because whoever asks may not know of them. */
  hiddenRelays: z.number().int().optional(),
  /** What it would run with. The relay's own policy may lower it, or refuse. */
  limits: z
    .object({
      timeoutMs: z.number(),
      ...Limits.shape,
      network: z.boolean(),
      writableRoot: z.boolean(),
      mounts: z.array(Mount),
      image: z.string().optional(),
      executable: z.array(z.string()),
    })
    .optional(),
});
export type ExplainedCommand = z.infer<typeof ExplainedCommand>;

export const ExplainedStage = z.discriminatedUnion('kind', [
  ExplainedCommand,
  z.object({ kind: z.literal('filter'), name: z.string() }),
  z.object({ kind: z.literal('source'), name: z.string() }),
  /** What the API answers by itself. */
  z.object({ kind: z.literal('built-in'), name: z.string() }),
]);
export type ExplainedStage = z.infer<typeof ExplainedStage>;

/**
 * Why a line would be allowed or refused, and what would be done: the decision that a run would be made of, told. Secrets in the line are
 * masked. The answer of `POST /simulate`, and what `!why` draws.
 */
export const Explanation = z.object({
  /** The line as it was read, after history and aliases. */
  line: z.string(),
  /** As it was typed, where that is another. */
  typed: z.string().optional(),
  who: z.object({
    /** Not there for somebody nobody knows, and for an imagined person. */
    username: z.string().optional(),
    groups: z.array(z.string()),
    /** All that they hold. */
    permissions: z.array(ExplainedPermission),
  }),
  where: z.object({
    adapter: z.string(),
    room: z.string().optional(),
    direct: z.boolean(),
    origin: z.string(),
    /** When, in milliseconds since the epoch. */
    at: z.number(),
  }),
  outcome: z.enum(['allowed', 'refused', 'answered']),
  /** Why not, in the very sentence that a person would get. `missing` are the ways to be allowed. */
  refusal: z
    .object({
      code: z.string(),
      message: z.string(),
      /** The place in the line, shown: the line, and a caret under it. */
      place: z.string().optional(),
      missing: z.array(z.array(z.string())).optional(),
    })
    .optional(),
  /** The stages as far as the decision got. */
  stages: z.array(ExplainedStage),
  /** Where else the result would go: `#ops`, `@bob`, `you`, `here`. */
  targets: z.array(z.string()),
});
export type Explanation = z.infer<typeof Explanation>;
