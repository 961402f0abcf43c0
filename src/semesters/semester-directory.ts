import type { Clock } from '../domain/clock';
import { abortable } from '../domain/abortable';
import { toError } from '../domain/to-error';
import type { Semester } from '../domain/semester';
import type { SemesterSource } from '../feishu/ports';
import { passGate } from '../quota/pass-gate';
import type { QuotaGate } from '../quota/quota-gate';
import { closingAfter, gone, noteOutcome, tooLate, withRetryAfter } from '../quota/quota-errors';
import type { OperationContext } from '../domain/operation-context';

/** All cycles of the tenant, for those that no call for tasks describes. */
export interface SemesterDirectory {
  /** @throws GatewayError */
  list(caller: OperationContext): Promise<readonly Semester[]>;
  /** Whether upstream lists a cycle; `undefined`: it cannot be asked right now. Never rejects. */
  readonly isListed: (semesterId: string) => Promise<boolean | undefined>;
}

export interface SemesterDirectoryOptions {
  readonly source: SemesterSource;
  /** Of the `semesters` API, which has a quota of its own. */
  readonly gate: QuotaGate;
  readonly clock: Clock;
}

/** The names and dates of cycles hardly ever change. */
const REMEMBERED_MS = 60_000;
/** Of the call itself, which many may wait for, each with a deadline of their own. */
const CALL_DEADLINE_MS = 10_000;

/** A list that is older may lack a cycle that has just been made. */
const LIST_COMPLETE_MS = 10_000;

interface Remembered {
  readonly semesters: readonly Semester[];
  readonly fetchedAtMs: number;
}

/** One call for all who ask at the same time, remembered for a minute. */
export function createSemesterDirectory(options: SemesterDirectoryOptions): SemesterDirectory {
  const { source, gate, clock } = options;
  let remembered: Remembered | undefined;
  let flight: Promise<readonly Semester[]> | undefined;

  async function fetch(): Promise<readonly Semester[]> {
    const deadlineAtMs = clock.now() + CALL_DEADLINE_MS;
    const signal = AbortSignal.timeout(CALL_DEADLINE_MS);
    await source.ready({ kind: 'app' }).catch(closeAfter);
    const admitRetry = () => passGate(gate, clock, signal, CALL_DEADLINE_MS);
    if (!(await admitRetry())) throw tooLate(CALL_DEADLINE_MS, 'none');
    const semesters = await source
      .listSemesters({ signal, deadlineAtMs, admitRetry })
      .catch(async (thrown: unknown) => {
        const error = toError(thrown);
        if (!closingAfter(error, clock.unixMs())) await noteOutcome(gate, error);
        return closeAfter(error);
      });
    await gate.noteAnswered();
    remembered = { semesters, fetchedAtMs: clock.now() };
    return semesters;
  }

  async function closeAfter(thrown: unknown): Promise<never> {
    const error = toError(thrown);
    const closing = closingAfter(error, clock.unixMs());
    if (closing) await gate.closeFor(closing);
    throw withRetryAfter(error, closing);
  }

  function fetchOnce(): Promise<readonly Semester[]> {
    flight ??= fetch().finally(() => (flight = undefined));
    return flight;
  }

  async function requireSoon(deadlineAtMs: number): Promise<void> {
    const { waitsMs, reason } = await gate.forecast(1);
    const [waitMs = 0] = waitsMs;
    if (clock.now() + waitMs > deadlineAtMs) throw tooLate(waitMs, reason);
  }

  function recall(maxAgeMs = REMEMBERED_MS): readonly Semester[] | undefined {
    if (!remembered || clock.now() - remembered.fetchedAtMs >= maxAgeMs) return undefined;
    return remembered.semesters;
  }

  return {
    async list(caller) {
      const recalled = recall();
      if (recalled) return recalled;
      if (!flight) await requireSoon(caller.deadlineAtMs);
      caller.onCall(0);
      return abortable(fetchOnce(), caller.signal, () => gone(caller.signal));
    },

    async isListed(semesterId) {
      const isIn = (list: readonly Semester[]) => list.some(({ id }) => id === semesterId);
      if (isIn(recall() ?? [])) return true;
      const list = recall(LIST_COMPLETE_MS) ?? (await fetchOnce().catch(() => undefined));
      return list && isIn(list);
    },
  };
}
