import { AdapterName, RelayName } from '@chasqui/contracts';
import { Option, type Command } from 'commander';
import { print } from '../session.js';
import { exitCodes, Stop } from '../stop.js';
import { accessOfAdapter, accessOfApi, accessOfRelay, type Access } from './access.js';
import { kafkaAclCommand, kafkaAcls } from './kafka-acls.js';
import { natsPermissions, natsText } from './nats-permissions.js';

interface AclOptions {
  readonly kafka?: boolean;
  readonly nats?: boolean;
  readonly prefix?: string;
  readonly user?: string;
  readonly bootstrapServer: string;
  readonly commandConfig: string;
  readonly remove?: boolean;
}

/** `chasqui acl …`: what a broker has to allow each service. */
export function define(acl: Command): void {
  defineRelayAcl(acl.command('relay <relay>'));
  withOptions(acl.command('adapter <adapter>')).action(
    (name: string, options: AclOptions, command: Command) =>
      printAccess(accessOfAdapter(named(AdapterName, name), options.prefix), options, command),
  );
  withOptions(acl.command('api')).action((options: AclOptions, command: Command) =>
    printAccess(accessOfApi(options.prefix), options, command),
  );
}

/** What a broker has to allow a relay: `chasqui acl relay NAME`, and `chasqui relay acl NAME`. */
export function defineRelayAcl(command: Command): void {
  withOptions(command).action((name: string, options: AclOptions, of: Command) =>
    printAccess(accessOfRelay(named(RelayName, name), options.prefix), options, of),
  );
}

function withOptions(command: Command): Command {
  return command
    .description('what the broker has to allow it, and nothing else (needs no server)')
    .addOption(new Option('--kafka', 'as calls of `kafka-acls`; this is the default').conflicts('nats'))
    .option('--nats', 'as the permissions of a user in the configuration of NATS')
    .option('--prefix <prefix>', 'KAFKA_TOPIC_PREFIX or NATS_PREFIX of the installation', asPrefix)
    .option('--user <name>', 'the name of its user at Kafka; chasqui-relay-fra-1 or the like if not said')
    .option('--bootstrap-server <host:port>', 'one of the brokers', 'localhost:9092')
    .option('--command-config <file>', 'how kafka-acls signs in, as an administrator', 'admin.properties')
    .option('--remove', 'print the calls that take it away again');
}

/** What is printed is for shells and configuration files, so names keep to what names may be. */
function named(schema: typeof RelayName, name: string): string {
  const { success, error } = schema.safeParse(name);
  if (!success) throw new Stop(`"${name}": ${error.issues[0]!.message}`, exitCodes.usage);
  return name;
}

function asPrefix(text: string): string {
  if (/^[\w.-]*$/.test(text)) return text;
  throw new Stop(`--prefix "${text}": write letters, digits, ".", "_" and "-"`, exitCodes.usage);
}

function printAccess(access: Access, options: AclOptions, command: Command): void {
  if (options.nats) {
    const permissions = natsPermissions(access);
    print(command.optsWithGlobals(), { permissions }, () => natsText(permissions));
    return;
  }
  const user = options.user ?? access.who;
  const to = {
    server: options.bootstrapServer,
    config: options.commandConfig,
    user,
    remove: !!options.remove,
  };
  const acls = kafkaAcls(access);
  const commands = acls.map((one) => kafkaAclCommand(one, to));
  print(command.optsWithGlobals(), { user, acls, commands }, () => commands.join('\n'));
}
