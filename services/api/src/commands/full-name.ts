/** `bundle:command` */
export function fullNameOf({
  bundle,
  command,
}: {
  bundle: { name: string };
  command: { name: string };
}): string {
  return `${bundle.name}:${command.name}`;
}
