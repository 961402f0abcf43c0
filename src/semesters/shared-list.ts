import type { Clock } from '../domain/clock';
import { endWith, type CallSpan, type WaitSpan } from '../domain/spans';
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
  /** @param wait of the operation that needs the list @throws GatewayError */
  fetch(wait?: WaitSpan): Promise<FetchedList>;
  /** How many fetches have failed within the last minute. */
  recentFailures(): number;
}

const MINUTE_MS = 60_000;

export function createSharedList(
  callForList: (span?: CallSpan) => Promise<SemesterList>,
  clock: Pick<Clock, 'now'>,
): SharedList {
  let last: FetchedList | undefined;
  let flight: Promise<FetchedList> | undefined;
  /** Of `flight`, if a traced operation began it. */
  let span: CallSpan | undefined;
  let failedAtMs: readonly number[] = [];

  function failuresOfLastMinute(): number[] {
    return failedAtMs.filter((atMs) => atMs > clock.now() - MINUTE_MS);
  }

  async function fetchNow(): Promise<FetchedList> {
    try {
      const list = await callForList(span);
      return (last = { ...list, fetchedAtMs: clock.now() });
    } catch (error) {
      failedAtMs = [...failuresOfLastMinute(), clock.now()];
      throw error;
    } finally {
      flight = undefined;
    }
  }

  function start(wait: WaitSpan | undefined): Promise<FetchedList> {
    span = wait?.startCall('semesters');
    return endWith(span, fetchNow());
  }

  return {
    last: () => last,
    recall: (maxAgeMs) => (last && clock.now() - last.fetchedAtMs < maxAgeMs ? last : undefined),
    isFetching: () => flight !== undefined,
    fetch(wait) {
      flight ??= start(wait);
      if (span) wait?.link(span);
      return flight;
    },
    recentFailures: () => failuresOfLastMinute().length,
  };
}
