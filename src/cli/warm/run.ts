import { readFileSync } from 'node:fs';
import type { BatchScope } from '../../batching/scope';
import type { UserIdType } from '../../domain/user';
import { toError } from '../../domain/to-error';
import { ALL_IF_ALONE } from '../../quota/demand';
import { CliError, EXIT, usageError } from '../exit';
import { openLoading } from '../open-loading';
import { requireTenant } from '../tenant';
import { fill } from './fill';
import { lifeSecondsOf, requireWarmConfig } from './preconditions';
import { readUserList } from './user-list';

export interface WarmArguments {
  readonly semesterId: string;
  readonly file: string;
  readonly idType: UserIdType;
  /** By default as long as Redis keeps an answer. */
  readonly maxAgeSeconds: number | undefined;
  /** The company of a store app. */
  readonly tenant?: string | undefined;
}

/** npm passes a Ctrl-C on that the terminal has sent to all processes already. */
const REPEATED_SIGNAL_MS = 1_000;

/** Runs `warm` until all users are loaded, or until Ctrl-C. @throws CliError */
export async function runWarm(given: WarmArguments): Promise<void> {
  const { semesterId, file, idType } = given;
  const userIds = readUserList(readText(file), file, idType);
  const config = requireWarmConfig();
  const tenantKey = requireTenant(config, given.tenant);
  const lifeSeconds = lifeSecondsOf(config);
  const scope: BatchScope = { identity: { kind: 'app' }, semesterId, idType, filter: {} };
  const stop = new AbortController();
  stopOnSignals(stop);
  const open = await openLoading(config, { backgroundShare: ALL_IF_ALONE }, {}, tenantKey);
  try {
    const result = await fill({
      open,
      scope,
      userIds,
      quota: { calls: config.quota.calls, windowMs: config.quota.windowSeconds * 1_000 },
      maxAgeMs: Math.min(given.maxAgeSeconds ?? lifeSeconds, lifeSeconds) * 1_000,
      lifeMs: lifeSeconds * 1_000,
      stop,
      print: (line) => process.stdout.write(`${line}\n`),
    });
    if (stop.signal.aborted) {
      throw new CliError(EXIT.interrupted, 'interrupted: the same command goes on with the others');
    }
    if (result.failed > 0) throw new CliError(EXIT.incomplete, describeFailures(result.failures));
  } finally {
    await open.close();
  }
}

/** The first signal ends the work, one that comes later ends the process. */
function stopOnSignals(stop: AbortController): void {
  let isLater = false;
  const onSignal = () => {
    if (isLater) process.exit(EXIT.interrupted);
    if (stop.signal.aborted) return;
    process.stderr.write('\nstopping after the calls in flight\n');
    stop.abort();
    setTimeout(() => (isLater = true), REPEATED_SIGNAL_MS).unref();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
}

function describeFailures(failures: ReadonlyMap<string, number>): string {
  return [...failures].map(([message, users]) => `${users} users: ${message}`).join('\n');
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw usageError(`--users: expected a file that can be read, got ${toError(error).message}`);
  }
}
