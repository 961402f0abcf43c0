import { SingleBar } from 'cli-progress';
import { formatDuration } from './estimate';

export interface ProgressBar {
  /** @param failed how many of `done` have no answer */
  update(done: number, failed: number, remainingMs: number): void;
  stop(): void;
}

/** Without a terminal, a line this often. */
const LINE_EVERY_MS = 10_000;

/** Draws on standard error. */
export function startProgressBar(total: number, remainingMs: number): ProgressBar {
  const bar = new SingleBar({
    format: '[{bar}] {percentage} %  {value}/{total} users{failed}  {left} left',
    stream: process.stderr,
    barsize: 30,
    hideCursor: true,
    noTTYOutput: true,
    notTTYSchedule: LINE_EVERY_MS,
    // Ctrl-C ends the work, not the bar.
    gracefulExit: false,
  });
  bar.start(total, 0, { failed: '', left: formatDuration(remainingMs) });
  return {
    update(done, failed, leftMs) {
      bar.update(done, {
        failed: failed > 0 ? `, ${failed} failed` : '',
        left: formatDuration(leftMs),
      });
    },
    stop() {
      bar.stop();
    },
  };
}
