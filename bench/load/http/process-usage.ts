import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

export function rssMbOf(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024;
}

/** The unit in which Linux reports CPU time to programs, on every machine. */
const TICK_MS = 10;

/** CPU time of all threads since the start; `NaN` where the system has no `/proc`. */
export function cpuMsOf(pid: number): number {
  const path = `/proc/${pid}/stat`;
  if (!existsSync(path)) return Number.NaN;
  // The second field is a name in parentheses, which may contain spaces. See proc_pid_stat(5).
  const fields = readFileSync(path, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  const [userTicks, systemTicks] = [fields[11], fields[12]].map(Number);
  return ((userTicks ?? Number.NaN) + (systemTicks ?? Number.NaN)) * TICK_MS;
}
