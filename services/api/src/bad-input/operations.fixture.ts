/** An operation of the API, as its own document describes it. */
export interface Described {
  readonly method: string;
  /** With `{name}` for parameters. */
  readonly path: string;
  readonly isPublic: boolean;
  readonly parameters: readonly Parameter[];
  /** The schema of a JSON body, where it takes one. */
  readonly body?: Schema;
  readonly takesText: boolean;
  readonly statuses: readonly string[];
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required: boolean;
  readonly schema: Schema;
}

/** What of JSON Schema is looked at here. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly default?: unknown;
}

type Content = Readonly<Record<string, { readonly schema?: Schema }>>;
interface Told {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, unknown>>;
  readonly security: readonly unknown[];
}

/** Everything that can be asked of the API. */
export async function operationsOf(url: string): Promise<Described[]> {
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, Told>>;
  };
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, told]) => ({
      method: method.toUpperCase(),
      path,
      isPublic: told.security.length === 0,
      parameters: told.parameters ?? [],
      body: told.requestBody?.content['application/json']?.schema,
      takesText: Object.keys(told.requestBody?.content ?? {}).some((type) => type !== 'application/json'),
      statuses: Object.keys(told.responses),
    })),
  );
}

/** The address of an operation with these values in its path, each encoded. What is not given is `x`. */
export function addressOf({ path }: Described, values: Readonly<Record<string, string>> = {}): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? 'x'));
}

/** A body that has the right keys and types, and `text` wherever a text may stand. */
export function filledWith(text: string, schema: Schema): unknown {
  if (schema.enum) return schema.enum[0];
  if (schema.anyOf) return filledWith(text, schema.anyOf[0]!);
  switch ([schema.type].flat()[0]) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([name, of]) => [name, filledWith(text, of)]),
      );
    case 'array':
      return schema.items ? [filledWith(text, schema.items)] : [];
    case 'boolean':
      return false;
    case 'integer':
    case 'number':
      return 1;
    case 'string':
      return text;
    default:
      return text;
  }
}
