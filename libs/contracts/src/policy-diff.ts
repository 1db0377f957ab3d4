import { z } from 'zod';

/** What comes of a line, or of a command whatever stands behind it, for somebody. */
export const PolicyVerdict = z.object({
  outcome: z.enum(['allowed', 'refused']),
  /** Why it is refused: the code and the sentence. */
  code: z.string().optional(),
  message: z.string().optional(),
  /** Where it would run, where that is known. */
  relay: z.string().optional(),
});
export type PolicyVerdict = z.infer<typeof PolicyVerdict>;

/** A rule that makes the difference: one that came out otherwise, is new, or is gone. Of a protection of relays `rule` is the selector. */
export const DecidingRule = z.object({
  rule: z.string(),
  from: z.enum(['bundle', 'site', 'protection']),
  name: z.string().optional(),
  /** On which side it counts: it let pass or stood in the way before the change, or does after it. */
  when: z.enum(['before', 'after']),
});
export type DecidingRule = z.infer<typeof DecidingRule>;

/** One difference that a change of policy would make, and everybody for whom it would be the same. */
export const PolicyDifference = z.object({
  /** `gains`: refused before, allowed after. `loses`: the other way round. `changes`: refused or allowed still, but otherwise. */
  kind: z.enum(['gains', 'loses', 'changes']),
  /** User names. */
  users: z.array(z.string()),
  /** `bundle:command`, where it is about any words behind it. */
  command: z.string().optional(),
  /** The line, where it is about one. */
  line: z.string().optional(),
  before: PolicyVerdict,
  after: PolicyVerdict,
  because: z.array(DecidingRule),
});
export type PolicyDifference = z.infer<typeof PolicyDifference>;

/** The answer of `POST /policy/diff`. */
export const PolicyDiff = z.object({
  /** How many people, commands and lines were looked at. */
  users: z.number().int(),
  commands: z.number().int(),
  lines: z.number().int(),
  differences: z.array(PolicyDifference),
});
export type PolicyDiff = z.infer<typeof PolicyDiff>;
