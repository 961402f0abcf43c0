import type { Clock } from '../domain/clock';
import type { SemesterList } from '../feishu/ports';

/** A list of cycles and the time of its fetch. */
export interface FetchedList extends SemesterList {
  /** On the monotonic clock. */
  readonly fetchedAtMs: number;
}

/** Keeps the last list of cycles. Concurrent fetches share one call. */
export interface SharedList {
  /** The last list, of any age. */
  readonly last: () => FetchedList | undefined;
  /** The last list, if it is younger than `maxAgeMs`. */
  recall(maxAgeMs: number): FetchedList | undefined;
  readonly isFetching: () => boolean;
  /** @throws GatewayError */
  fetch(): Promise<FetchedList>;
  /** How many fetches have failed within the last minute. */
  recentFailures(): number;
}

const MINUTE_MS = 60_000;

export function createSharedList(
  callForList: () => Promise<SemesterList>,
  clock: Pick<Clock, 'now'>,
): SharedList {
  let last: FetchedList | undefined;
  let flight: Promise<FetchedList> | undefined;
  let failedAtMs: readonly number[] = [];

  function failuresOfLastMinute(): number[] {
    return failedAtMs.filter((atMs) => atMs > clock.now() - MINUTE_MS);
  }

  async function fetchNow(): Promise<FetchedList> {
    try {
      const list = await callForList();
      return (last = { ...list, fetchedAtMs: clock.now() });
    } catch (error) {
      failedAtMs = [...failuresOfLastMinute(), clock.now()];
      throw error;
    } finally {
      flight = undefined;
    }
  }

  return {
    last: () => last,
    recall: (maxAgeMs) => (last && clock.now() - last.fetchedAtMs < maxAgeMs ? last : undefined),
    isFetching: () => flight !== undefined,
    fetch: () => (flight ??= fetchNow()),
    recentFailures: () => failuresOfLastMinute().length,
  };
}
