import { readFileSync } from 'node:fs';
import {
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  ResourcePatternTypes,
  type AclEntry,
} from 'kafkajs';

const guide = readFileSync(new URL('../../../../docs/guide/transports.md', import.meta.url), 'utf8');

/**
 * The ACLs that the calls of `kafka-acls` in the guide make. The tool itself takes a JVM for each call; that it understands them is tried in
 * tools/e2e.
 */
export function aclsOfGuide(): AclEntry[] {
  return guide
    .split('\n')
    .filter((line) => line.startsWith('kafka-acls '))
    .flatMap(aclsOf);
}

function aclsOf(call: string): AclEntry[] {
  const words = call.split(' ');
  const after = (option: string) => words.filter((_, at) => words[at - 1] === option);
  const prefixed = after('--resource-pattern-type').includes('prefixed');
  const resources = [
    ...after('--topic').map((name) => [AclResourceTypes.TOPIC, name] as const),
    ...after('--group').map((name) => [AclResourceTypes.GROUP, name] as const),
  ];
  return after('--operation').flatMap((operation) =>
    resources.map(([resourceType, resourceName]) => ({
      resourceType,
      resourceName,
      resourcePatternType: prefixed ? ResourcePatternTypes.PREFIXED : ResourcePatternTypes.LITERAL,
      principal: after('--allow-principal')[0]!,
      host: '*',
      operation: AclOperationTypes[operation.toUpperCase() as keyof typeof AclOperationTypes],
      permissionType: AclPermissionTypes.ALLOW,
    })),
  );
}
