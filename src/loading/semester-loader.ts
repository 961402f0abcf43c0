import DataLoader from 'dataloader';
import type { Semester } from '../domain/semester';
import { toError } from '../domain/to-error';
import type { Snapshot } from '../cache/snapshot-cache';

export interface SemesterLoaderOptions {
  /** This operation's loads of stage tasks in the cycle, pending or settled. */
  readonly loadsOf: (semesterId: string) => readonly Promise<Snapshot>[];
  /** Fetches all cycles of the tenant with one call. Feishu allows 10 a minute. */
  readonly list: () => Promise<readonly Semester[]>;
  /** The same as for the loads, so that all loads of a query level have begun. */
  readonly batchScheduleFn: (dispatch: () => void) => void;
}

/**
 * Takes cycles from answers with stage tasks, which costs no extra call, or else from the list of all cycles.
 * DataLoader waits for all fields of a query level, so that the loads of stage tasks have begun by then.
 */
export function createSemesterLoader(
  options: SemesterLoaderOptions,
): DataLoader<string, Semester | null> {
  const { batchScheduleFn } = options;
  async function load(ids: readonly string[]): Promise<(Semester | Error | null)[]> {
    const described = await Promise.all(ids.map((id) => firstDescription(options.loadsOf(id))));
    if (!described.includes(null)) return described;
    const listed = await options.list().catch(toError);
    return described.map(
      (semester, i) => semester ?? (listed instanceof Error ? listed : findById(listed, ids[i])),
    );
  }
  return new DataLoader(load, { batchScheduleFn });
}

async function firstDescription(loads: readonly Promise<Snapshot>[]): Promise<Semester | null> {
  for (const load of loads) {
    const semester = await load.then(
      (loaded) => loaded.semester,
      () => null,
    );
    if (semester) return semester;
  }
  return null;
}

function findById(semesters: readonly Semester[], id: string | undefined): Semester | null {
  return semesters.find((semester) => semester.id === id) ?? null;
}
