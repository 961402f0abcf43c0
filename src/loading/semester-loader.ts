import type { Snapshot } from '../cache/snapshot-cache';
import type { Semester } from '../domain/semester';
import { shareReading } from '../domain/share-reading';

export interface SemesterLoaderOptions {
  /** The cycle, if an answer of this operation has described it already. */
  readonly describedSemester: (id: string) => Semester | undefined;
  /** This operation's loads of stage tasks in the cycle, pending or settled. */
  readonly loadsOf: (semesterId: string) => readonly Promise<Snapshot>[];
  /** Fetches all cycles of the tenant with one call. Feishu allows 10 a minute. */
  readonly list: () => Promise<readonly Semester[]>;
  /** Calls back when all loads of the query level have begun. */
  readonly afterLevel: (callback: () => void) => void;
}

/** @returns `null` if Feishu does not know the cycle */
export type LoadSemester = (id: string) => Promise<Semester | null>;

/**
 * Takes a cycle from the first answer with stage tasks that describes it, which costs no extra call, or else
 * from the list of all cycles. Cycles that need the list at the same time share it.
 */
export function createSemesterLoader(options: SemesterLoaderOptions): LoadSemester {
  const { describedSemester, loadsOf, afterLevel } = options;
  const list = shareReading(options.list, { keepMs: 0, nowMs: () => 0 });
  return async (id) => {
    await new Promise<void>(afterLevel);
    const described = describedSemester(id) ?? (await firstDescription(loadsOf(id)));
    return described ?? findById(await list(), id);
  };
}

/** @returns `null` when all loads have settled and none describes the cycle */
function firstDescription(loads: readonly Promise<Snapshot>[]): Promise<Semester | null> {
  return new Promise((resolve) => {
    const settled = loads.map((load) =>
      load.then(
        ({ semester }) => {
          if (semester) resolve(semester);
        },
        () => undefined,
      ),
    );
    void Promise.all(settled).then(() => {
      resolve(null);
    });
  });
}

function findById(semesters: readonly Semester[], id: string): Semester | null {
  return semesters.find((semester) => semester.id === id) ?? null;
}
