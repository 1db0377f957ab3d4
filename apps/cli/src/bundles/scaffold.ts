/** The files of a new bundle, by name. What they say runs as it is where programs may run: solo mode allows `/bin/echo`. */
export function scaffold(name: string) {
  return { 'bundle.yaml': bundle(name), 'bundle.transcript.yaml': transcript(name) };
}

const bundle = (name: string) => `# yaml-language-server: $schema=./bundle.schema.json
#
# Commands of the bundle "${name}". Every key is told in the bundle reference of the guide, and by your editor as you type.
#
#   chasqui bundle lint .                           what is wrong, and where
#   chasqui bundle test .                           says the lines of bundle.transcript.yaml, and compares
#   chasqui bundle install bundle.yaml --enable     and then, in the chat:   !${name}:hello world
chasqui_bundle_version: 1
name: ${name}
version: 0.1.0
description: Says hello.
# Who may run what: permissions are named here and asked for by rules, like "must have ${name}:greet".
permissions: []
effect: read
timeout: 30s
# With an image commands run in a container; without one the relay runs the program itself, if its policy allows it.
# image: busybox:1.37

commands:
  hello:
    description: Greets somebody.
    executable: [/bin/echo]
    options:
      greeting: { short: g, default: Hello, description: What to say. }
    positionals:
      - { name: who, required: true, description: Whom to greet. }
    args: ['\${greeting},', '\${who}!']
    rules: [allow]
    examples:
      - ${name}:hello world
      - { line: '${name}:hello --greeting "Good morning" Ann', description: says it another way }
`;

const transcript = (
  name: string,
) => `# What people say to ${name}, and what they hear. "chasqui bundle test ." says it and compares.
people:
  ann: []
transcript:
  - ann: '!${name}:hello world'
  - chasqui: Hello, world!
  - ann: '!${name}:hello -g Hi Bob'
  - chasqui: Hi, Bob!
  - ann: '!${name}:hello'
  - chasqui: { contains: who, mark: refused }
`;
