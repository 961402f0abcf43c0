import type { ApiName } from './call-log';
import { Refusal } from './envelope';
import { ErrorCode } from './error-codes';
import type { Settings } from './options';
import { createRateLimiter, type RateLimiter } from './rate-limit';

/** The rate limits of each API in each company. The emulator has one app. (fact 2) */
export interface Quotas {
  /** Counts a call. @throws Refusal 99991400 with its two headers if the quota is spent (fact 16) */
  enter(api: ApiName, tenantKey: string): void;
  /** Counts a call with a scripted answer, because failed calls spend Feishu's quota, too. */
  count(api: ApiName, tenantKey: string): void;
}

export function createQuotas(settings: Settings): Quotas {
  const { quotaCalls, semesterQuotaCalls, quotaWindowSeconds, now, rateLimitStatus } = settings;
  const callsOf: Partial<Record<ApiName, number>> = {
    find_by_user_list: quotaCalls,
    find_by_page: quotaCalls,
    semesters: semesterQuotaCalls,
  };
  const limiters = new Map<string, RateLimiter>();

  function limiterOf(api: ApiName, tenantKey: string): RateLimiter | undefined {
    const calls = callsOf[api];
    if (calls === undefined) return undefined;
    const place = `${tenantKey}/${api}`;
    const limiter = limiters.get(place) ?? createRateLimiter(calls, quotaWindowSeconds, now);
    limiters.set(place, limiter);
    return limiter;
  }

  return {
    enter(api, tenantKey) {
      const limit = limiterOf(api, tenantKey);
      const waitSeconds = limit?.secondsUntilRoom() ?? 0;
      if (limit && waitSeconds > 0) throw rateLimited(rateLimitStatus, limit.calls, waitSeconds);
      limit?.count();
    },
    count(api, tenantKey) {
      limiterOf(api, tenantKey)?.count();
    },
  };
}

function rateLimited(status: number, calls: number, waitSeconds: number): Refusal {
  return new Refusal(status, ErrorCode.rateLimited, {
    headers: {
      'x-ogw-ratelimit-limit': String(calls),
      'x-ogw-ratelimit-reset': String(waitSeconds),
    },
  });
}
