import type { Image } from './docker-images.js';
import type { OutputStream, Work } from './driver.js';

/** Where every warm container has a busybox, which is its first program until it becomes the command. */
export const assistantFolder = '/.chasqui';

/** The longest hand-over in bytes: the shell reads it byte by byte, so that it takes nothing of what the command is to read. */
const longest = 32 * 1024;

/**
 * What a warm container does: it reads one line, which gives it its environment and its words, finds the program as an engine would, and becomes
 * it. Nothing of the shell is left then: no process, no variable, no byte of input. What cannot be done exactly as an engine does it is not
 * tried: it says so on stderr, behind a mark that only the relay knows, before anything of the command has run. All is built in; it starts
 * no other process.
 */
const script = `chasqui_nl='
'
chasqui_not() { echo "$0: $1" >&2; exit 125; }
IFS= read -r chasqui_line || chasqui_not 'nothing was handed over'
eval "$chasqui_line"
chasqui_program=
case $1 in
*/*) chasqui_program=$1 ;;
*)
  set -f
  IFS=:
  for chasqui_folder in $PATH; do
    case $chasqui_folder in /*) ;; *) chasqui_not 'a PATH that leads elsewhere' ;; esac
    if [ -f "$chasqui_folder/$1" ] && [ -x "$chasqui_folder/$1" ]; then
      chasqui_program=$chasqui_folder/$1
      break
    fi
  done ;;
esac
[ -f "$chasqui_program" ] && [ -x "$chasqui_program" ] || chasqui_not 'no such program'
IFS= read -r -n 4 chasqui_magic <"$chasqui_program"
case $chasqui_magic in ?ELF | '#!'*) ;; *) chasqui_not 'neither a binary nor a script' ;; esac
chasqui_word=$1
shift
exec -a "$chasqui_word" "$chasqui_program" "$@"
chasqui_not 'it could not be executed'`;

/** What a warm container is started with; `mark` is a secret between it and its relay. */
export function waitingCommand(mark: string): { Entrypoint: string[]; Cmd: string[] } {
  return { Entrypoint: [`${assistantFolder}/busybox`, 'sh', '-c', script], Cmd: [mark] };
}

/** The mark of a warm container, by what it was started with. */
export function markOf(cmd: readonly string[] | null): string {
  return cmd?.at(-1) ?? '';
}

/**
 * The line that turns a warm container of this image into the command, to be followed by its standard input; or undefined where a shell cannot
 * pass it on exactly: names of variables that it does not know as such or gives a meaning of their own, words with a NUL, too much of it.
 */
export function handOverLine(work: Work, image: Image): Buffer | undefined {
  const { executable, args } = work;
  const words =
    executable.length > 0
      ? [...executable, ...args]
      : [...image.entrypoint, ...(args.length > 0 ? args : image.cmd)];
  const env = new Map(image.env.map((entry) => splitAt(entry, entry.indexOf('='))));
  for (const [name, value] of Object.entries(work.env)) env.set(name, value);
  const plain = [...env.keys()].every((name) => isPlain(name));
  const texts = [...words, ...env.values()];
  if (!words[0] || words[0].startsWith('-') || !plain || texts.some((text) => text.includes('\0')))
    return undefined;
  const line = [
    'unset SHLVL PWD OLDPWD',
    ...(env.size > 0
      ? [`export ${[...env].map(([name, value]) => `${name}=${quoted(value)}`).join(' ')}`]
      : []),
    `set -- ${words.map(quoted).join(' ')}`,
    ...(work.stdin === undefined ? ['exec </dev/null'] : []),
  ].join('; ');
  const bytes = Buffer.from(`${line}\n`);
  return bytes.length > longest ? undefined : bytes;
}

/** Variables that a shell computes or acts upon, so that they would not arrive as they were sent. */
const ofTheShell =
  /^(RANDOM|LINENO|EPOCHSECONDS|EPOCHREALTIME|SECONDS|FUNCNAME|OPTIND|IFS|PPID|PS4|chasqui_.*)$/;

function isPlain(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !ofTheShell.test(name);
}

/** One word of a shell, on one line. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`).replaceAll('\n', `'"$chasqui_nl"'`)}'`;
}

function splitAt(text: string, at: number): [string, string] {
  return at < 0 ? ['', ''] : [text.slice(0, at), text.slice(at + 1)];
}

/**
 * Output of a warm container on its way to whoever watches: held back is what might be the mark, at the very beginning of stderr, with which it says
 * that it did not become the command; all else passes through.
 */
export class UnlessMarked {
  private held: Buffer | undefined = Buffer.alloc(0);
  private readonly mark: Buffer;
  /** Whether it said that nothing was run. */
  neverRan = false;

  constructor(
    mark: string,
    private readonly pass: (stream: OutputStream, bytes: Buffer) => Promise<void> | undefined,
  ) {
    this.mark = Buffer.from(`${mark}: `);
  }

  write(stream: OutputStream, bytes: Buffer): Promise<void> | undefined {
    if (this.neverRan) return undefined;
    if (stream === 'stdout' || this.held === undefined) return this.pass(stream, bytes);
    const all = Buffer.concat([this.held, bytes]);
    const { length } = this.mark;
    if (all.length >= length && all.subarray(0, length).equals(this.mark)) {
      this.neverRan = true;
      return undefined;
    }
    this.held = this.mark.subarray(0, all.length).equals(all) ? all : undefined;
    return this.held ? undefined : this.pass(stream, all);
  }

  /** No more comes: what was held back was no mark. */
  end(): Promise<void> | undefined {
    const rest = this.held;
    this.held = undefined;
    return rest && rest.length > 0 && !this.neverRan ? this.pass('stderr', rest) : undefined;
  }
}
