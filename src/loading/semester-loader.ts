import DataLoader from 'dataloader';
import type { Semester } from '../domain/semester';
import { toError } from '../domain/to-error';
import type { Snapshot } from '../cache/snapshot-cache';

export interface SemesterLoaderOptions {
  /** The loads of this operation that ask about the cycle, begun or done. */
  readonly loadsOf: (semesterId: string) => readonly Promise<Snapshot>[];
  /** One call for all cycles of the tenant; its quota is 10 a minute. */
  readonly list: () => Promise<readonly Semester[]>;
  /** As of the loads, so that all that are begun at this level are known. */
  readonly batchScheduleFn: (dispatch: () => void) => void;
}

/**
 * Describes cycles at no cost where a call for stage tasks does so anyway, else from the list of all.
 * DataLoader waits until every field of this level has asked, so that those calls are known by then.
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
