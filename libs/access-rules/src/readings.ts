import { isOn, textOf, type RuleFacts, type RuleOption, type Surroundings } from './facts.js';
import { comparisonsIn, optionsIn } from './names-in.js';
import type { Operand, Rule } from './rule.js';

/** One way a program may read the words. Options by name; several of one name say the same to every rule that names them. */
export interface Reading {
  readonly args: readonly string[];
  readonly options: ReadonlyMap<string, readonly RuleOption[]>;
  readonly where?: Surroundings;
}

/** An option that rules look at has several values: the program might take any of them. */
export interface Repeated {
  readonly repeated: string;
}

/** Whoever gives more options that can be read in two ways is told to give fewer. */
const mostReadings = 64;

/** Where lists are declared: whoever gives longer ones is told to give less at once. */
const mostItems = 1000;

/**
 * Every way to read the words that can make a difference to the rules. Mostly there is one. An option that is `unsure` doubles
 * them if a rule looks at it: one with the option, one without. A list makes one of each of its items. Options no rule looks at are left
 * out.
 */
export function readingsOf(rules: readonly Rule[], facts: RuleFacts): Reading[] | Repeated {
  const args = argsOf(facts.args);
  if ('repeated' in args) return args;
  const { where } = facts;
  if (facts.options.length === 0) return args.map((one) => ({ args: one, options: new Map(), where }));
  const looks = looksOf(rules);
  let readings: Reading['options'][] = [new Map()];

  for (const [name, given] of Map.groupBy(facts.options, (option) => option.name)) {
    const asText = looks.atAll || looks.asText.has(name);
    const asFlag = looks.atAll || looks.asFlag.has(name);
    if (!asText && !asFlag && !looks.asKey.has(name)) continue;

    const items = given.flatMap((option) => option.values ?? []);
    const sure = given.filter((option) => !option.unsure);
    const differs = (one: RuleOption): boolean =>
      (asText && textOf(one) !== textOf(sure[0]!)) || (asFlag && isOn(one) !== isOn(sure[0]!));
    const isList = items.length > 0;
    // For a rule that only asks whether a list is there, one item says as much as all of them.
    const choices = isList
      ? itemsOf(name, asText || asFlag ? items : items.slice(0, 1))
      : choicesOf(given, sure);
    const total = args.length * readings.length * choices.length;
    const tooMany = choices.length > 1 && total > (isList ? mostItems : mostReadings);
    if (tooMany || (!isList && sure.some(differs))) return { repeated: name };
    readings = readings.flatMap((reading) => choices.map((choice) => new Map(reading).set(name, choice)));
  }
  return args.flatMap((one) => readings.map((options) => ({ args: one, options, where })));
}

/** The ways to read the arguments: one for each item of each that is a list. */
function argsOf(args: RuleFacts['args']): (readonly string[])[] | Repeated {
  if (args.every((arg) => typeof arg === 'string')) return [args];
  let readings: string[][] = [[]];
  for (const [index, arg] of args.entries()) {
    const choices = typeof arg === 'string' ? [arg] : new Set(arg.length > 0 ? arg : ['']);
    readings = readings.flatMap((reading) => Array.from(choices, (choice) => [...reading, choice]));
    if (readings.length > mostItems) return { repeated: `argument ${index + 1}` };
  }
  return readings;
}

/** The ways to read a list: as each of its items. */
function itemsOf(name: string, items: readonly string[]): (readonly RuleOption[])[] {
  return Array.from(new Set(items), (value) => [{ name, value }]);
}

/** The ways to read what was given under one name: as one of those that are not sure, or as the sure ones, if any. */
function choicesOf(given: readonly RuleOption[], sure: readonly RuleOption[]): (readonly RuleOption[])[] {
  const others = new Map<string, RuleOption[]>();
  for (const option of given) {
    if (option.unsure) others.set(`${isOn(option)} ${textOf(option)}`, [option]);
  }
  return [...others.values(), sure];
}

/** Which options rules look at, and how. */
interface Looks {
  /** Compared with a boolean. */
  readonly asFlag: ReadonlySet<string>;
  /** Compared with anything else. */
  readonly asText: ReadonlySet<string>;
  /** `"name" in option` */
  readonly asKey: ReadonlySet<string>;
  /** `any option`, `all option`, `arg[0] in option` */
  readonly atAll: boolean;
}

/** Worked out once for each array of rules, for as long as somebody holds it. */
const known = new WeakMap<readonly Rule[], Looks>();

function looksOf(rules: readonly Rule[]): Looks {
  let looks = known.get(rules);
  if (!looks) known.set(rules, (looks = findLooks(rules)));
  return looks;
}

function findLooks(rules: readonly Rule[]): Looks {
  const asFlag = new Set<string>();
  const asText = new Set<string>();
  const asKey = new Set(rules.flatMap(optionsIn));
  let atAll = false;

  for (const { quantifier, left, right } of rules.flatMap(comparisonsIn)) {
    if (left.kind === 'option') note(left.name, right);
    if (right.kind === 'option') note(right.name, left);
    const isKey = !quantifier && left.kind === 'string';
    if (left.kind === 'options' || (right.kind === 'options' && !isKey)) atAll = true;
  }
  return { asFlag, asText, asKey, atAll };

  function note(name: string, other: Operand): void {
    for (const one of other.kind === 'list' ? other.of : [other]) {
      (one.kind === 'boolean' ? asFlag : asText).add(name);
    }
  }
}
