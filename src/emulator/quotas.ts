import type { ApiName } from './call-log';
import { Refusal } from './envelope';
import { ErrorCode } from './error-codes';
import type { Settings } from './options';
import { createRateLimiter, type RateLimiter } from './rate-limit';

/** The rate limits of all APIs. The emulator has one app and one tenant. (fact 2) */
export interface Quotas {
  /** Counts a call. @throws Refusal 99991400 with its two headers if the quota is spent (fact 16) */
  enter(api: ApiName): void;
  /** Counts a call with a scripted answer, because failed calls spend Feishu's quota, too. */
  count(api: ApiName): void;
}

export function createQuotas(settings: Settings): Quotas {
  const { quotaCalls, semesterQuotaCalls, quotaWindowSeconds, now, rateLimitStatus } = settings;
  const limiter = (calls: number) => createRateLimiter(calls, quotaWindowSeconds, now);
  const limiters: Partial<Record<ApiName, RateLimiter>> = {
    find_by_user_list: limiter(quotaCalls),
    find_by_page: limiter(quotaCalls),
    semesters: limiter(semesterQuotaCalls),
  };
  return {
    enter(api) {
      const limit = limiters[api];
      const waitSeconds = limit?.secondsUntilRoom() ?? 0;
      if (limit && waitSeconds > 0) throw rateLimited(rateLimitStatus, limit.calls, waitSeconds);
      limit?.count();
    },
    count(api) {
      limiters[api]?.count();
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
