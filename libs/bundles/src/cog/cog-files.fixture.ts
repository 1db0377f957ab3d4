/** Cog bundle files as people had them, by what they show. */
export const cogFiles = {
  'format 5, all of it': `
cog_bundle_version: 5
name: mist
version: 0.5.1
description: Manage EC2 and S3
long_description: |
  Finds, starts and stops instances.
author: Operable
homepage: https://example.org/mist
permissions:
  - mist:view
  - mist:manage-ec2
  - mist:destroy-ec2
docker:
  image: registry.example.org:5000/cogcmd/mist
  tag: 0.5.1
  binds:
    - /etc/mist:/etc/mist:ro
    - /var/cache/mist:/cache
config:
  notes: Credentials of an IAM user.
  env:
    - var: AWS_ACCESS_KEY_ID
      description: Access key
    - var: AWS_SECRET_ACCESS_KEY
      description: Secret key
    - var: RELAY_REGION
      description: Never reached a command
templates:
  table:
    body: |
      | id | state |
      |----|-------|
      ~each var=$results~
      | ~$item.id~ | ~$item.state~ |
      ~end~
  card:
    body: |
      ~each var=$results as=vm~
      ~attachment title=$vm.id title_url=$vm.url color="good" ts=$vm.started~
      **State** \`~$vm.state~\`, ~count var=$vm.volumes~ volumes
      ~if cond=length($vm.tags) > 0~Tags: ~join var=$vm.tags with=", "~~$item~~end~~end~
      ~end~
      ~end~
commands:
  ec2-find:
    executable: /usr/bin/cog-command
    description: Finds instances
    long_description: By their names and tags.
    arguments: "[name ...]"
    options:
      region: { type: string, description: AWS region, short_flag: r, required: true }
      tags: { type: list, description: Only with all of these tags }
      return: { type: list, short_flag: t }
      limit: { type: int }
      price: { type: float }
      verbose: { type: incr, short_flag: v }
    examples: |
      Find all in a region:
        mist:ec2-find --region=us-east-1

      ec2-find -r us-east-1 web db
    output:
      description: A list of instances
      example: |
        [{"id": "i-1", "state": "running"}]
    rules:
      - when command is mist:ec2-find must have mist:view
  ec2-destroy:
    executable: /usr/bin/cog-command
    description: Destroys instances
    notes: There is no way back.
    arguments: <instance> [instance...]
    env_vars: { RETRIES: 3, STRICT: true, MODE: fast }
    options:
      region: { type: string, required: true }
      force: { type: bool, short_flag: f }
    rules:
      - when command is mist:ec2-destroy must have mist:manage-ec2
      - when command is mist:ec2-destroy with option[region] == /^prod-/ must have mist:destroy-ec2
`,
  'format 3, without an image': `
cog_bundle_version: 3
name: Twitter.Tools
version: 1.2
permissions: [Twitter.Tools:tweet]
templates:
  tweet:
    slack: "{{text}}"
    hipchat: "{{text}}"
commands:
  tweet:
    executable: bin/tweet
    rules: [must have Twitter.Tools:tweet]
  Search:
    executable: /opt/twitter/search
    options:
      since: { type: date }
      q: { type: string, short_flag: query }
      query: { type: string, short_flag: q }
      help: { type: bool }
      wait: { type: bool }
    rules: [allow]
`,
  'format 4, with sub-commands and prose': `
cog_bundle_version: 4
name: statuspage
version: 0.3.0
description: Incidents
docker: { image: cogcmd/statuspage, tag: latest }
commands:
  incidents:
    executable: /main
    description: Incidents
    arguments: "[list | create <title> | info <id>]"
    subcommands:
      list: Lists all
      create: { description: Creates one }
    examples: |
      This needs a key. Ask somebody.
      !statuspage:incidents list
      and then look at it
    rules:
      - allow
      - with arg[0] == create must have statuspage:write
      - with arg[0] == delete and arg[1] != none or option[force] == true must have statuspage:admin
`,
  'rules of every kind': `
cog_bundle_version: 5
name: deploy
version: 2.0.0
description: Deploys
docker: { image: deploy, tag: '2' }
permissions: [deploy:any, deploy:dev, deploy:prod, deploy:boss]
commands:
  go:
    executable: /go
    description: Goes
    arguments: <env> <version>
    options: { force: { type: bool }, hosts: { type: list }, n: { type: int } }
    rules:
      - must have deploy:any
      - with arg[0] == 'dev' must have deploy:dev
      - with arg[0] == "prod" must have all in [deploy:prod, deploy:boss]
      - with arg[0] == 'prod' must have deploy:boss
      - with option[force] == true or option[n] => 3 must have deploy:boss
      - with option[n] =< 3 and option[force] == false or arg[1] == /^v\\d+/ must have deploy:dev or deploy:any and deploy:prod
      - with any option[hosts] in ['db1', db2] must have deploy:boss
      - with all args in ['a', 'b'] must have any in [deploy:dev, site:ops]
      - with any options in ['x'] must have deploy:boss
      - when command is deploy:stop must have deploy:boss
      - with arg[0] == /(?=x)/ must have deploy:boss
      - with not arg[0] == 1 allow
      - with arg[7] == x must have deploy:boss
  nobody:
    executable: /nobody
    rules: []
`,
  'anchors, wrong types and odd names': `
cog_bundle_version: "4"
name: 9-lives!
version: latest
description: 5
author: [a, b]
permissions: { a: b }
docker: &d { image: cat }
config: none
defaults: &rules [allow]
templates: [1, 2]
commands:
  ':boom:': { executable: /boom, rules: *rules, options: nothing, env_vars: [1] }
  BOOM: { executable: [/boom, 1], rules: *rules, arguments: 7, examples: [boom, 3] }
  empty:
  list: [1]
  text: just text
  toString: { executable: true, rules: allow, options: { constructor: string, a.b: {}, a-b: { required: yes } } }
`,
  'hostile texts': `
cog_bundle_version: 5
name: chasqui
version: "01.02"
description: "a\\0b # c\\nd"
docker: { image: x, tag: y }
commands:
  c:
    executable: /c
    description: "{{ x }} {% y %}"
    env_vars: { CHASQUI_X: 1, "A B": 2, OK: "a\\0b", COG_ROOM: mine }
    arguments: "<${'<'.repeat(60)}a${'>'.repeat(60)}"
    rules: ["${'('.repeat(300)}with"]
templates:
  t: { body: "~each var=$results~~$item.a~ {{ 7 }} {% raw %}" }
  u: { body: "~$nothing~" }
  v: { body: "{{ 7 }} {% raw %} ~~ \\\\~ # no" }
  w: { body: "~if cond=$results empty?~none~end~~json var=$results~" }
`,
} as const;
