#!/bin/sh
# Makes a Docker engine answer: does nothing when one does, otherwise installs Debian's and starts
# dockerd by hand. Says what it did. Needs root only when there is something to start or install.
#
#   .ci/docker.sh          exits 0 once an engine answers, 1 with the reason otherwise
#
# ANTLION_DOCKER_WAIT_S   how long to wait for dockerd (60)
set -eu

wait_s="${ANTLION_DOCKER_WAIT_S:-60}"
log="${TMPDIR:-/tmp}/antlion-dockerd.log"

say() { echo "docker: $*"; }

# `docker version` asks the engine, so DOCKER_HOST and contexts count as they do for the harness.
answers() { command -v docker >/dev/null 2>&1 && timeout 10 docker version >/dev/null 2>&1; }

version() { timeout 10 docker version --format '{{.Server.Version}}'; }

install_engine() {
  command -v dockerd >/dev/null 2>&1 && command -v iptables >/dev/null 2>&1 && return 0
  if ! command -v apt-get >/dev/null 2>&1; then
    say 'no dockerd here, and no apt-get to install it with. Install Docker yourself.'
    return 1
  fi
  say 'installing docker.io and iptables with apt-get'
  export DEBIAN_FRONTEND=noninteractive
  # Another program may be installing something: it is waited for.
  apt='apt-get -o DPkg::Lock::Timeout=300 -qq'
  # A package list that cannot be refreshed is no reason to stop: the old one may do.
  $apt update >>"$log" 2>&1 || say "apt-get update failed, going on with the old list (see $log)"
  # policy-rc.d: the package's start script would start a second dockerd, or fail without systemd.
  policy=/usr/sbin/policy-rc.d
  made_policy=no
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod +x "$policy" && made_policy=yes
  fi
  status=0
  $apt install -y --no-install-recommends docker.io iptables >>"$log" 2>&1 || status=$?
  [ "$made_policy" = no ] || rm -f "$policy"
  [ "$status" = 0 ] || { say "apt-get install failed ($status), see $log"; tail -n 5 "$log"; }
  return "$status"
}

start_engine() {
  say "starting dockerd, log in $log"
  # A pid file of a dockerd that was killed keeps the next one from starting.
  pid_file=/var/run/docker.pid
  if [ -e "$pid_file" ] && ! kill -0 "$(cat "$pid_file")" 2>/dev/null; then rm -f "$pid_file"; fi
  # 9 is the lock below: an engine that inherits it would hold it for life.
  setsid nohup dockerd >>"$log" 2>&1 </dev/null 9>&- &
  pid=$!
  waited=0
  until answers; do
    if ! kill -0 "$pid" 2>/dev/null; then
      say "dockerd ended before it answered, see $log"
      tail -n 10 "$log"
      return 1
    fi
    if [ "$waited" -ge "$wait_s" ]; then
      say "dockerd has not answered for $wait_s s, see $log"
      tail -n 10 "$log"
      kill "$pid"
      return 1
    fi
    sleep 1
    waited=$((waited + 1))
  done
  say "engine $(version) answers after $waited s (pid $pid)"
}

already() { say "engine $(version) answers already"; }

if answers; then
  already
  exit 0
fi
if [ -n "${DOCKER_HOST:-}" ]; then
  say "DOCKER_HOST is $DOCKER_HOST and nothing answers there. Start it, or unset DOCKER_HOST."
  exit 1
fi
if [ "$(id -u)" != 0 ]; then
  say 'no engine answers, and only root can start one. Start Docker, or run this as root.'
  exit 1
fi
# Two callers at once: the second waits, and finds an engine.
exec 9>"${TMPDIR:-/tmp}/antlion-dockerd.lock"
flock 9
if answers; then
  already
  exit 0
fi
install_engine
start_engine
