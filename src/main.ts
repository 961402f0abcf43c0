import { setFlagsFromString } from 'node:v8';
import closeWithGrace from 'close-with-grace';
import { createApp } from './app';
import { ConfigError, loadConfig, readSettings } from './config';
import { flushLog } from './observability/line-writer';
import { createLogger } from './observability/logger';

/** In addition to the deadline of the requests in progress. */
const DRAIN_MARGIN_MS = 10_000;
/** A stalled reader of the log delays the exit by no more than this. */
const FLUSH_TIMEOUT_MS = 1_000;

/**
 * How much the heap may grow between two full collections. By default V8 lets it grow up to fourfold on machines with
 * free memory, and collects large responses late.
 */
const HEAP_GROWTH_PERCENT = 60;

/** Loads the configuration and starts the app. The exit code is 0 after a signal, and 1 after an error. */
async function main(): Promise<void> {
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWTH_PERCENT}`);
  const config = loadConfig();
  const log = createLogger(config.logLevel);
  log.info({ node: process.version, settings: readSettings() }, 'configuration loaded');
  const starting = createApp(config, { log });

  // As PID 1 of a container, the process would ignore a signal that comes before this.
  closeWithGrace(
    { delay: config.requestDeadlineMs + DRAIN_MARGIN_MS, logger: log },
    async ({ signal, err }) => {
      if (err) log.fatal({ err }, 'uncaught error: stopping');
      else log.info({ signal }, 'draining');
      await (await starting).close();
      log.info('stopped');
      await flushLog(process.stdout, FLUSH_TIMEOUT_MS);
    },
  );
  await starting;
}

function explain(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  const { code, port, address } = error as { code?: string; port?: number; address?: string };
  if (code === 'EADDRINUSE') {
    return `PORT: expected a free port, got ${address ?? ''}:${port ?? ''}, which is in use`;
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return `HOST: expected an address of this machine, got another one (${code}); set it to e.g. 127.0.0.1`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

main().catch((error: unknown) => {
  console.error(explain(error));
  process.exit(1);
});
