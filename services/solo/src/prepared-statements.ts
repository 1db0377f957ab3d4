import {
  parse,
  protocol,
  type DescribeQueryResult,
  type ParserOptions,
  type PGlite,
  type Results,
  type SerializerOptions,
} from '@electric-sql/pglite';

type Parameter = DescribeQueryResult['queryParams'][number];
type Serializer = Parameter['serializer'];

/** How values come and go, by PostgreSQL's number of their type, where it is not PGlite's way. */
export interface Conversions {
  readonly parsers: ParserOptions;
  readonly serializers: SerializerOptions;
}

const { bind, describe, execute, parse: parseMessage, sync } = protocol.serialize;

/**
 * Named statements of one PGlite. Its own `query` has PostgreSQL parse and plan a text each time it comes, which takes longer than to run it; a named one
 * goes through that once. The messages are those of PostgreSQL's extended query protocol: https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-EXT-QUERY
 */
export class PreparedStatements {
  private readonly described = new Map<string, DescribeQueryResult>();

  constructor(
    private readonly database: PGlite,
    private readonly conversions: Conversions,
  ) {}

  /** @throws what PostgreSQL says against it */
  async run(name: string, text: string, values: readonly unknown[]): Promise<Results | undefined> {
    const { queryParams } = this.described.get(name) ?? (await this.prepare(name, text));
    const { parsers } = this.conversions;
    const asText = queryParams.map((parameter, at) => {
      const value = values[at] ?? null;
      return value === null ? null : this.serializerOf(parameter)(value);
    });
    const messages = Buffer.concat([
      bind({ statement: name, values: asText }),
      describe({ type: 'P' }),
      execute({}),
      sync(),
    ]);
    const answer = await this.database.runExclusive(() => this.database.execProtocol(messages));
    return parse.parseResults(answer.messages, this.database.parsers, { parsers })[0];
  }

  /** PGlite has none for types that are written as they are, such as uuid, though its own type says otherwise. */
  private serializerOf({ dataTypeID, serializer }: Parameter): Serializer {
    return this.conversions.serializers[dataTypeID] ?? (serializer as Serializer | undefined) ?? String;
  }

  private async prepare(name: string, text: string): Promise<DescribeQueryResult> {
    const described = await this.database.describeQuery(text);
    const messages = Buffer.concat([parseMessage({ name, text }), sync()]);
    await this.database.runExclusive(() => this.database.execProtocol(messages));
    this.described.set(name, described);
    return described;
  }
}
