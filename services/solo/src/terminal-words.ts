/** What the terminal itself says, as opposed to what Chasqui answers in it. */
export const words = {
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
};
