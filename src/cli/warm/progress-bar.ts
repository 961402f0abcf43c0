import { SingleBar } from 'cli-progress';
import { formatDuration } from './estimate';

export interface ProgressBar {
  update(done: number, remainingMs: number): void;
  stop(): void;
}

/** Without a terminal, a line this often. */
const LINE_EVERY_MS = 10_000;

/** Draws on standard error. */
export function startProgressBar(total: number, remainingMs: number): ProgressBar {
  const bar = new SingleBar({
    format: '[{bar}] {percentage} %  {value}/{total} users  {left} left',
    stream: process.stderr,
    barsize: 30,
    hideCursor: true,
    noTTYOutput: true,
    notTTYSchedule: LINE_EVERY_MS,
    // Ctrl-C ends the work, not the bar.
    gracefulExit: false,
  });
  bar.start(total, 0, { left: formatDuration(remainingMs) });
  return {
    update(done, leftMs) {
      bar.update(done, { left: formatDuration(leftMs) });
    },
    stop() {
      bar.stop();
    },
  };
}
