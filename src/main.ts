import { setFlagsFromString } from 'node:v8';
import closeWithGrace from 'close-with-grace';
import { createApp } from './app';
import { ConfigError, loadConfig } from './config';
import { createLogger, flushLog } from './observability/logger';

/** On top of the time that a request under way may still take. */
const DRAIN_MARGIN_MS = 10_000;
/** A reader of the log that has stopped does not hold up the exit for longer. */
const FLUSH_TIMEOUT_MS = 1_000;

/**
 * How much the heap may grow between two full collections. Without it V8 lets the heap grow to four times
 * what is in use where the machine has memory to spare, and collects large answers late.
 */
const HEAP_GROWTH_PERCENT = 60;

/** The process: configuration → app → listen. Exits 0 when asked to stop, 1 when something is wrong. */
async function main(): Promise<void> {
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWTH_PERCENT}`);
  const config = loadConfig();
  const log = createLogger(config.logLevel);
  const app = await createApp(config, { log });

  closeWithGrace(
    { delay: config.requestDeadlineMs + DRAIN_MARGIN_MS, logger: log },
    async ({ signal, err }) => {
      if (err) log.fatal({ err }, 'stopping after an uncaught error');
      else log.info({ signal }, 'draining');
      await app.close();
      log.info('stopped');
      await flushLog(process.stdout, FLUSH_TIMEOUT_MS);
    },
  );
}

function explain(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  const { code, port, address } = error as { code?: string; port?: number; address?: string };
  if (code === 'EADDRINUSE') {
    return `cannot listen: ${address ?? ''}:${port ?? ''} is in use; set PORT to a free one`;
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return `cannot listen: HOST is no address of this machine (${code}); set it to one, e.g. 127.0.0.1`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

main().catch((error: unknown) => {
  console.error(explain(error));
  process.exit(1);
});
