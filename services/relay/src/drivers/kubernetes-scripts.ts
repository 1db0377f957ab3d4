import { framing, shipFiles } from './ship-files.js';

/** What the command's container says, in its termination message, of a program that is not there. */
export const missingProgram = 'chasqui: no such program';

/** Where the scripts find things; each is a volume. */
export const podFolders = {
  /** The shell, and the pipes of the command's streams. The command can only read it; writing into a pipe is not writing into the folder. */
  own: '/.chasqui',
  /** What the command is given on standard input. */
  input: '/input',
  /** What frames are made of. The command does not see it. */
  frames: '/frames',
  /** The parts of files that go in; the file of each number stands in a folder of that name. */
  given: '/given',
  /** The command's folder of files that go in, seen by what prepares it; and of files that come out, seen by what ships them. */
  filesIn: '/files-in',
  filesOut: '/files-out',
} as const;

/**
 * Before the command: a shell that every image then has, which is the very program that copies it; the pipes of its streams; and its files,
 * whose names are the words.
 */
export const prepare = `
cp /proc/self/exe /.chasqui/busybox && mkfifo -m 666 /.chasqui/in /.chasqui/out /.chasqui/err || exit
i=0
for name; do cat /given/$i/* >"/files-in/$name" || exit; i=$((i + 1)); done`;

/**
 * How long it stays when it has said all: a container runtime under load throws away what a container said right before its end. The relay removes
 * the pod long before this is over; but of a pod that is asked to end nobody hears anything before all of it has.
 */
const lingerSeconds = 60;
const stoppedSeconds = 2;

/**
 * Beside it: feeds its input, which is read or not, and logs what comes out of its pipes, in frames, for a log of its own would not say what
 * belongs to which stream, nor whether it is whole. Asked to end it waits for the command all the same, and stays a while longer. $0 is the mark; with
 * more words files are shipped, too.
 */
export const carry = `${framing}
${shipFiles}
stop=
trap 'stop=1' TERM
if [ -d /input ]; then cat /input/* >/.chasqui/in & fi
log o </.chasqui/out &
o=$!
log e </.chasqui/err &
e=$!
while kill -0 $o 2>/dev/null || kill -0 $e 2>/dev/null; do wait $o $e; done
if [ $# -gt 0 ]; then ship "$@"; fi
end
if [ -z "$stop" ]; then sleep ${lingerSeconds} & wait $!; fi
sleep ${stoppedSeconds}`;

/** In its place, until it becomes the command. Finds the program by itself, so that a shell that knows it too does not step in. */
export function become(input: boolean): string {
  return [
    `exec >/.chasqui/out 2>/.chasqui/err`,
    input ? `exec </.chasqui/in` : `exec </dev/null`,
    `case $1 in */*) p=$1 ;; *) p=$(/.chasqui/busybox which "$1") ;; esac`,
    `if [ ! -x "$p" ] || [ -d "$p" ]; then echo '${missingProgram}' >/dev/termination-log; exit 127; fi`,
    `shift; exec "$p" "$@"`,
  ].join('\n');
}
