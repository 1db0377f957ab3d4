type Node = Record<string, unknown>;
interface Operation extends Node {
  readonly operationId?: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
  }[];
  readonly responses?: Readonly<Record<string, Node>>;
  readonly security?: readonly Node[];
}

const methods = ['get', 'put', 'post', 'delete', 'patch', 'head', 'options', 'trace'];

/** What in a document is not as OpenAPI 3.1 has it (spec.openapis.org/oas/v3.1.1), as far as generators of clients stumble over it. */
export function faultsIn(document: Node): string[] {
  const faults: string[] = [];
  if (!/^3\.1\.\d+$/.test(String(document['openapi']))) faults.push('it does not say that it is OpenAPI 3.1');
  for (const name of ['title', 'version'])
    if (typeof at(document, `/info/${name}`) !== 'string') faults.push(`info has no ${name}`);
  const operations = operationsOf(document);
  if (operations.length === 0) faults.push('it offers nothing');
  const ids = operations.map(({ operation }) => operation.operationId);
  if (new Set(ids).size < ids.length) faults.push('operations without an id, or with the same');
  const schemes = Object.keys(at(document, '/components/securitySchemes') ?? {});
  for (const { method, path, operation } of operations)
    faults.push(
      ...operationFaults(method, path, operation, schemes).map((fault) => `${method} ${path}: ${fault}`),
    );
  for (const ref of refsIn(document)) if (!at(document, ref.slice(1))) faults.push(`${ref} leads nowhere`);
  return faults;
}

function operationsOf(document: Node): { method: string; path: string; operation: Operation }[] {
  const paths = (document['paths'] ?? {}) as Record<string, Record<string, Operation>>;
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ method, path, operation })),
  );
}

function operationFaults(method: string, path: string, operation: Operation, schemes: string[]): string[] {
  const faults: string[] = [];
  if (!methods.includes(method)) faults.push('there is no such method');
  const inPath = [...path.matchAll(/\{([^}]+)\}/g)].map((match) => match[1]!);
  const declared = (operation.parameters ?? []).filter((one) => one.in === 'path');
  if (declared.some((one) => !one.required)) faults.push('what stands in the path is always required');
  const names = declared.map((one) => one.name);
  if (names.toSorted().join() !== inPath.toSorted().join())
    faults.push(`declares ${names.join()} in its path`);
  const responses = Object.entries(operation.responses ?? {});
  if (responses.length === 0) faults.push('answers nothing');
  for (const [status, response] of responses) {
    if (!/^([1-5]\d\d|[1-5]XX|default)$/.test(status)) faults.push(`${status} is no status`);
    if (!response['$ref'] && typeof response['description'] !== 'string')
      faults.push(`${status} has no description`);
  }
  for (const scheme of (operation.security ?? []).flatMap((one) => Object.keys(one)))
    if (!schemes.includes(scheme)) faults.push(`there is no security scheme ${scheme}`);
  return faults;
}

function refsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = (value as Node)['$ref'];
  return [...(typeof own === 'string' ? [own] : []), ...Object.values(value).flatMap(refsIn)];
}

/** What a JSON pointer (RFC 6901) leads to. */
function at(document: unknown, pointer: string): object | string | undefined {
  return pointer
    .split('/')
    .slice(1)
    .reduce<unknown>(
      (value, step) => (value as Node | undefined)?.[step.replaceAll('~1', '/').replaceAll('~0', '~')],
      document,
    ) as object | string | undefined;
}
