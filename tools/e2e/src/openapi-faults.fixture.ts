type Node = Record<string, unknown>;
type Operation = Node & {
  operationId?: string;
  parameters?: { name: string; in: string; required?: boolean }[];
  responses?: Record<string, { description?: string }>;
  security?: Record<string, unknown>[];
};

const methods = ['get', 'put', 'post', 'delete', 'patch', 'head', 'options', 'trace'];

/** What in a document is not as OpenAPI 3.1 has it (spec.openapis.org/oas/v3.1.1), as far as generators of clients stumble over it. */
export function faultsIn(document: Node): string[] {
  const faults: string[] = [];
  const info = (document['info'] ?? {}) as Node;
  if (!/^3\.1\.\d+$/.test(String(document['openapi']))) faults.push(`openapi is ${document['openapi']}`);
  if (typeof info['title'] !== 'string' || typeof info['version'] !== 'string')
    faults.push('info needs a title and a version');
  const schemes = Object.keys(at(document, '/components/securitySchemes') ?? {});
  const ids = new Set<string>();
  for (const [path, item] of Object.entries((document['paths'] ?? {}) as Record<string, Node>)) {
    if (!path.startsWith('/')) faults.push(`${path} does not begin with a slash`);
    const inPath = [...path.matchAll(/\{([^}]+)\}/g)].map((match) => match[1]!);
    for (const [method, operation] of Object.entries(item) as [string, Operation][]) {
      const here = `${method} ${path}`;
      if (!methods.includes(method)) faults.push(`${here}: there is no such method`);
      if (operation.operationId !== undefined && ids.has(operation.operationId))
        faults.push(`${here}: ${operation.operationId} is taken`);
      if (operation.operationId !== undefined) ids.add(operation.operationId);
      const declared = (operation.parameters ?? []).filter((one) => one.in === 'path');
      if (declared.some((one) => !one.required)) faults.push(`${here}: a path parameter is required`);
      if (String(declared.map((one) => one.name).toSorted()) !== String(inPath.toSorted()))
        faults.push(`${here}: declares ${declared.map((one) => one.name)}, has ${inPath}`);
      const responses = Object.entries(operation.responses ?? {});
      if (responses.length === 0) faults.push(`${here}: answers nothing`);
      for (const [status, response] of responses) {
        if (!/^([1-5]\d\d|[1-5]XX|default)$/.test(status)) faults.push(`${here}: answers ${status}`);
        if (!('$ref' in response) && typeof response.description !== 'string')
          faults.push(`${here}: ${status} has no description`);
      }
      for (const scheme of (operation.security ?? []).flatMap(Object.keys))
        if (!schemes.includes(scheme)) faults.push(`${here}: there is no security scheme ${scheme}`);
    }
  }
  if (ids.size === 0) faults.push('no operation has an id');
  for (const ref of refsIn(document)) if (!at(document, ref.slice(1))) faults.push(`${ref} leads nowhere`);
  return faults;
}

function refsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = (value as Node)['$ref'];
  return [...(typeof own === 'string' ? [own] : []), ...Object.values(value).flatMap(refsIn)];
}

/** What a JSON pointer (RFC 6901) leads to. */
function at(document: unknown, pointer: string): Node | undefined {
  const steps = pointer.split('/').slice(1);
  return steps.reduce<unknown>(
    (value, step) => (value as Node | undefined)?.[step.replaceAll('~1', '/').replaceAll('~0', '~')],
    document,
  ) as Node | undefined;
}
