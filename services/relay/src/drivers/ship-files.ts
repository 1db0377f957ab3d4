/**
 * Parts of the scripts of containers that stand beside a command. They log in frames (`Frames`); $0 is the mark of those, and `/frames` a
 * folder of their own. The number of the next frame is also the turn to log one.
 */
export const framing = `
mkfifo /frames/turn && exec 9<>/frames/turn || exit
echo "$0 start"
echo 0 >&9
close() { echo "$0 $1 $2"; echo $(($2 + 1)) >&9; }
log() {
  while dd bs=65536 count=1 of=/frames/$1 2>/dev/null && [ -s /frames/$1 ]; do
    until read -r n <&9; do :; done
    cat /frames/$1
    close $1 $n
  done
}
say() { until read -r n <&9; do :; done; printf '%s' "$2"; close $1 $n; }
end() { until read -r n <&9; do :; done; echo "$0 end $n"; }`;

/**
 * Ships the files of `/files-out`: at most $1 of them, each of $2 and all of $3 bytes at most. What is no file, too, is named, with why it is not
 * shipped. Links are not followed.
 */
export const shipFiles = `
ship() {
  count=$1 left=$3 out=0
  no() { out=$((out + 1)); [ $out -gt 20 ] || say x "$1 $2"; }
  for path in /files-out/* /files-out/.*; do
    name=\${path#/files-out/}
    case $name in . | ..) continue ;; esac
    if [ -L "$path" ]; then no no-file "$name"; continue; fi
    [ -e "$path" ] || continue
    if [ ! -f "$path" ]; then no no-file "$name"; continue; fi
    if [ ! -r "$path" ]; then no unreadable "$name"; continue; fi
    if [ $count -eq 0 ]; then no too-many "$name"; continue; fi
    size=$(wc -c <"$path")
    if [ $size -gt $2 ] || [ $size -gt $left ]; then no too-large "$name"; continue; fi
    count=$((count - 1)) left=$((left - size))
    say n "$name"
    log f <"$path"
  done
}`;

/** The words behind such a script. */
export function shipWords({
  count,
  fileBytes,
  allBytes,
}: {
  readonly count: number;
  readonly fileBytes: number;
  readonly allBytes: number;
}): string[] {
  return [count, fileBytes, allBytes].map(String);
}
