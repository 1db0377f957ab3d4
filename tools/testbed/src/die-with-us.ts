import { spawn } from 'node:child_process';

/**
 * Should this process die, even by SIGKILL, then so does that one, and its folder goes. Answers with how to call it off.
 *
 * The shell reads from a pipe that we hold: it ends without a line when we are gone.
 */
export function dieWithUs(pid: number, folder: string): () => void {
  const script = 'read -r _ || { kill -9 "$0" 2>/dev/null; sleep 0.2; rm -rf "$1"; }';
  const watcher = spawn('sh', ['-c', script, String(pid), folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  watcher.unref();
  watcher.stdin.on('error', () => undefined);
  (watcher.stdin as unknown as { unref(): void }).unref();
  return () => {
    if (!watcher.stdin.writableEnded) watcher.stdin.end('\n');
  };
}
