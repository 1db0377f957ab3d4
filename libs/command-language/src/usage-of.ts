import type {
  Declarations,
  OptionDeclaration,
  PositionalDeclaration,
  ValueDeclaration,
} from './declaration.js';
import { durationText } from './read-duration.js';

/** How a command is called, and what it takes: for help, in the order of the declarations. */
export interface Usage {
  /** `ops:restart [--force] [-e ENV] SERVICE...` */
  readonly line: string;
  readonly positionals: readonly UsageRow[];
  readonly options: readonly UsageRow[];
}

export interface UsageRow {
  readonly name: string;
  /** `-e, --env ENV`, `SERVICE...` */
  readonly label: string;
  readonly short?: string;
  /** `string`, `list of int`. */
  readonly type: string;
  readonly required: boolean;
  /** As it would be typed; never that of a secret. */
  readonly default?: string;
  readonly values?: readonly string[];
  readonly description?: string;
  /** With its unit: `1`, `30s`, `3 characters`, `2 items`. */
  readonly min?: string;
  readonly max?: string;
  readonly pattern?: string;
  readonly secret?: boolean;
}

/** More options than this that can be left out are one `[OPTIONS]`. */
const mostShown = 6;

/** Usage of `fullName` (`ops:restart`), for help and for whoever got the words wrong. */
export function usageOf(fullName: string, { options, positionals }: Declarations): Usage {
  const required = options.filter((option) => option.required);
  const others = options.filter((option) => !option.required);
  const shown = others.length > mostShown ? ['[OPTIONS]'] : others.map((option) => `[${written(option)}]`);
  return {
    line: [fullName, ...required.map(written), ...shown, ...positionals.map(positionalInLine)].join(' '),
    positionals: positionals.map((positional) => row(positional, positionalLabel(positional))),
    options: options.map((option) => ({
      ...row(option, `${option.short === undefined ? '' : `-${option.short}, `}${optionLabel(option)}`),
      ...(option.short !== undefined && { short: option.short }),
    })),
  };
}

function row(declaration: ValueDeclaration, label: string): UsageRow {
  const { name, type, of, values, description, required, secret, pattern, min, max } = declaration;
  const preset = secret ? undefined : defaultText(declaration);
  return {
    name,
    label,
    type: type === 'list' ? `list of ${of ?? 'string'}` : type,
    required: required ?? false,
    ...(preset !== undefined && { default: preset }),
    ...(values && { values }),
    ...(description !== undefined && { description }),
    ...(min !== undefined && { min: sizeText(declaration, min) }),
    ...(max !== undefined && { max: sizeText(declaration, max) }),
    ...(pattern !== undefined && { pattern }),
    ...(secret && { secret }),
  };
}

function written(option: OptionDeclaration): string {
  const name = isOn(option) ? `--no-${option.name}` : `--${option.name}`;
  if (option.type === 'bool') return name;
  if (option.type === 'count') return `${name}...`;
  return `${name} ${placeholder(option)}${option.type === 'list' ? ',...' : ''}`;
}

/** What is on unless it is switched off can be written both ways; `-x` switches it on. */
function optionLabel(option: OptionDeclaration): string {
  return isOn(option) ? `--[no-]${option.name}` : written(option);
}

function isOn({ type, default: value }: OptionDeclaration): boolean {
  return type === 'bool' && value === true;
}

function positionalInLine(positional: PositionalDeclaration): string {
  return positional.required ? positionalLabel(positional) : `[${positionalLabel(positional)}]`;
}

function positionalLabel(positional: PositionalDeclaration): string {
  return placeholder(positional) + (positional.variadic ? '...' : '');
}

/** `prod|staging` where there are few values, else `SERVICE`. */
function placeholder({ name, type, values }: ValueDeclaration): string {
  const choices = type === 'enum' ? (values ?? []).join('|') : '';
  return choices !== '' && choices.length <= 30 ? choices : name.toUpperCase();
}

function defaultText({ type, of, default: value }: ValueDeclaration): string | undefined {
  if (value === undefined || value === '') return value;
  const values = typeof value === 'object' ? value : [value];
  const duration = type === 'duration' || of === 'duration';
  return values
    .map((one) => (duration && typeof one === 'number' ? durationText(one) : String(one)))
    .join(',');
}

function sizeText({ type }: ValueDeclaration, size: number): string {
  if (type === 'duration') return durationText(size);
  if (type === 'string') return `${size} character${size === 1 ? '' : 's'}`;
  if (type === 'list') return `${size} item${size === 1 ? '' : 's'}`;
  return String(size);
}
