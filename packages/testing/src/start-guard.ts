import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Cleans up after a process of ours that can no longer do it itself. */
export type Guard = {
  /** From now on this process is the one to stop; it must heed SIGINT. */
  watch(pid: number): void;
  /** Nothing is left to stop or to remove: the guard goes away. */
  release(): Promise<void>;
};

// Our end of the pipe closes however we end, SIGKILL included: only then does `read` fail without having read "release".
const script = `
  trap '' INT TERM HUP
  pid=
  while read -r word; do
    case $word in release) exit 0;; *) pid=$word;; esac
  done
  tries=0
  if [ -n "$pid" ]; then
    kill -INT "$pid"
    while kill -0 "$pid" && [ $tries -lt 100 ]; do sleep 0.1; tries=$((tries + 1)); done
    kill -KILL "$pid"
  fi
  # What was at work in the directory as we ended may still be at it.
  until rm -rf "$1" || [ $tries -ge 200 ]; do sleep 0.1; tries=$((tries + 1)); done`;

/**
 * A small process that outlives this one. If we end without releasing it, by whatever signal, it stops the watched
 * process and removes the directory.
 */
export function startGuard(directory: string): Guard {
  const guard = spawn('/bin/sh', ['-c', script, 'connector-guard', directory], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const exited = once(guard, 'exit');
  guard.stdin.on('error', () => undefined); // it was killed: the server still ends when it is stopped
  return {
    watch: (pid) => void guard.stdin.write(`${pid}\n`),
    release: async () => {
      guard.stdin.end('release\n');
      await exited;
    },
  };
}
