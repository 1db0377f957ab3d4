/** What the terminal itself says, as opposed to what Chasqui answers in it. */
export const words = {
  noEngine: 'no container engine answers here: commands that need an image are refused, the others work',
  inUse: (path: string, pid: number) =>
    `${path} is in use by another Chasqui (process ${pid}): stop that one, or choose another directory with --data, or none with --ephemeral`,
  greeting: ({
    url,
    first,
    directory,
    as,
  }: {
    url?: string;
    first: boolean;
    directory?: string;
    as: string;
  }) => [
    ...(first
      ? ['this is the first start here: the administrator is "admin", and the example bundles are installed']
      : []),
    `you are ${as}; /as NAME makes you somebody else${first ? ' (chasqui user create NAME --email E makes a new person)' : ''}`,
    ...(url
      ? [
          `REST is at ${url}, unencrypted, for this machine only${directory ? `; its token is in ${directory}/admin-token` : ''}`,
        ]
      : []),
    'try: !echo:echo hello    !help    /help',
  ],
  help: [
    'type a command, with or without ! before it: echo:echo hello',
    '  help          the commands there are',
    '  /as NAME      be somebody else from the next line on',
    '  /help         this',
    '  /quit         leave; so do Ctrl-C and Ctrl-D',
  ].join('\n'),
  nowAs: (name: string) => `you are ${name} now`,
  asWhom: 'write /as and a name: /as alice',
  noSuchWord: (word: string) => `the terminal knows no ${word}; /help lists what it knows`,
  tooLong: 'that line is longer than 100,000 characters and was not sent; shorten it',
  stillRunning: 'a command is still running, and goes on. Ctrl-C again leaves',
  notSent: (why: string) => `that could not be sent (${why}); try again`,
  noAnswer: (line: string, seconds: number) => `no answer within ${seconds} s to: ${line}`,
  interrupted: (line: string) => `stopped before the answer to: ${line}`,
  answerTo: (line: string) => `to: ${line}`,
  goesTo: (place: string) => `→ ${place}:`,
};
