import type { ApiName } from './call-log';
import { Refusal } from './envelope';
import { ErrorCode } from './error-codes';
import type { Settings } from './options';
import { RateLimit } from './rate-limit';

/** One rate limit for each API that has one; the emulator knows one app and one tenant. (fact 2) */
export class Quotas {
  readonly #limits: Partial<Record<ApiName, RateLimit>>;

  constructor(private readonly settings: Settings) {
    const { quotaCalls, semesterQuotaCalls, quotaWindowSeconds, now } = settings;
    const lane = (calls: number) => new RateLimit(calls, quotaWindowSeconds, now);
    this.#limits = {
      find_by_user_list: lane(quotaCalls),
      find_by_page: lane(quotaCalls),
      semesters: lane(semesterQuotaCalls),
    };
  }

  /** Counts a call that fits; throws a refusal with 99991400 and its two headers otherwise. (fact 16) */
  enter(api: ApiName): void {
    const limit = this.#limits[api];
    const waitSeconds = limit?.secondsUntilRoom() ?? 0;
    if (limit && waitSeconds > 0) throw this.#refusal(limit.calls, waitSeconds);
    limit?.count();
  }

  /** Counts a call whose answer is scripted, so that failed calls cost as much as they do at Feishu. */
  count(api: ApiName): void {
    this.#limits[api]?.count();
  }

  #refusal(calls: number, waitSeconds: number): Refusal {
    return new Refusal(this.settings.rateLimitStatus, ErrorCode.rateLimited, {
      headers: {
        'x-ogw-ratelimit-limit': String(calls),
        'x-ogw-ratelimit-reset': String(waitSeconds),
      },
    });
  }
}
