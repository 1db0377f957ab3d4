#!/usr/bin/env bash
# A container engine in the namespaces it was started in, with everything it owns under the folder given as $1. It lives until its
# standard input ends, so that it dies with whoever started it, and then removes its containers, cgroups and mounts.
set -euo pipefail
home=$1
group="/chasqui-engine-$$"
ip link set lo up
# The zeros and limits here are for machines without CAP_SYS_RESOURCE; the address keeps published ports on loopback.
setsid dockerd --data-root "$home/data" --exec-root "$home/exec" -H "unix://$home/docker.sock" --pidfile "$home/pid" \
  --cgroup-parent "$group" --storage-driver overlay2 --oom-score-adjust 0 --ip 127.0.0.1 --log-level warn </dev/null >"$home/log" 2>&1 &
daemon=$!

stop() {
  set +e
  trap - EXIT
  local ask=(curl -sS --max-time 10 --unix-socket "$home/docker.sock")
  if command -v curl >/dev/null; then
    for id in $("${ask[@]}" 'http://engine/containers/json?all=1' 2>/dev/null | grep -o '"Id":"[0-9a-f]*"' | cut -d'"' -f4); do
      "${ask[@]}" -X DELETE "http://engine/containers/$id?force=1&v=1" >/dev/null 2>&1
    done
  fi
  kill "$daemon" 2>/dev/null
  wait "$daemon"
  local cgroups
  cgroups=$(findmnt -nfo TARGET -t tmpfs | grep cgroup)
  [ -n "$cgroups" ] && find "$cgroups" -depth -type d -path "*$group*" -exec rmdir {} + 2>/dev/null
  umount "$home"/data/overlay2 "$home"/exec/netns/* 2>/dev/null
  rm -rf "$home"
  exit 0
}
trap stop EXIT TERM INT

# Ends with end of file on our standard input (which a background job does not inherit), or with the daemon.
exec 3<&0
cat <&3 >/dev/null &
watched=$!
wait -n "$daemon" "$watched"
