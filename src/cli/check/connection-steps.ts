import { AppTicketMissing } from '../../feishu/ports';
import type { OpenLoading } from '../open-loading';
import { attempt, describe } from './failed-call';
import { appOfTokens, remediesForCredentials } from './remedies';
import type { ServerClock } from './server-clock';
import type { Report } from './step';

/** JWTs are accepted with a clock that differs by about this much. */
const MAX_CLOCK_ERROR_MS = 30_000;

export function checkRedis({ redis }: Pick<OpenLoading, 'redis'>, note: Report): void {
  if (!redis) {
    note('ok', 'redis', 'not configured: right for one replica. Several need REDIS_URL.');
    return;
  }
  if (redis.upSinceMs() !== undefined) {
    note('ok', 'redis', 'connected: replicas share quota and answers');
    return;
  }
  note(
    'failed',
    'redis',
    `unreachable (${redis.lastError()}): replicas share no quota, no answers`,
    ['Start Redis, or correct host, port, user, password and TLS (rediss://) in REDIS_URL.'],
  );
}

/** Fetches the app's token. @returns whether Feishu gives one */
export async function checkCredentials(
  { loading, upstream, deps }: OpenLoading,
  note: Report,
): Promise<boolean> {
  const app = appOfTokens(upstream);
  const { origin, appId } = app;
  const startedAtMs = deps.clock.now();
  const { error } = await attempt(() => loading.source.ready({ kind: 'app' }));
  const remedies = error ? remediesForCredentials(error, app) : [];
  const isHostDown =
    error?.details.upstream?.httpStatus === null && !(error instanceof AppTicketMissing);
  if (isHostDown) {
    note('failed', 'host', `${origin}: ${describe(error)}`, remedies);
    return false;
  }
  note('ok', 'host', `${origin} answers in ${deps.clock.now() - startedAtMs} ms`);
  if (error) note('failed', 'credentials', describe(error), remedies);
  else note('ok', 'credentials', `Feishu gives app ${appId} a token`);
  return !error;
}

export function checkClock(serverClock: ServerClock, note: Report): void {
  const aheadMs = serverClock.aheadMs();
  if (aheadMs === undefined) {
    note('skipped', 'clock', 'the host has sent no date to compare with');
    return;
  }
  if (Math.abs(aheadMs) <= MAX_CLOCK_ERROR_MS) {
    note('ok', 'clock', `within ${MAX_CLOCK_ERROR_MS / 1_000} s of Feishu's`);
    return;
  }
  const seconds = Math.round(Math.abs(aheadMs) / 1_000);
  note('failed', 'clock', `${seconds} s ${aheadMs > 0 ? 'ahead of' : 'behind'} Feishu's`, [
    'Synchronise the clock of this machine (NTP): JWTs, overdue tasks and running cycles depend on it.',
  ]);
}
