/**
 * What the local relay may run, as the file that the first start writes. Short on purpose: programs that print and wait. Whoever wants
 * more adds it, knowing that it runs as the user who started this.
 */
export const localPolicy = `# What the local relay may run. Change it: the relay reads it again by itself.
# It runs as you: a program listed here can do whatever you can.
executables:
  - /bin/echo
  - /bin/cat
  - /bin/date
  - /bin/false
  - /bin/sleep
  - /bin/uname
  - /usr/bin/printenv
  - /usr/bin/uname
  - /usr/bin/wc
# Images that may run, where there is a container engine. Containers get no network and a read-only root unless you say so.
images: ['*']
network: false
writableRoot: false
`;
