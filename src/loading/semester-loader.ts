import type { Snapshot } from '../cache/snapshot-cache';
import { getOrCreate } from '../domain/collections';
import { GatewayError } from '../domain/errors';
import type { ListedSemester, Semester } from '../domain/semester';
import { newestFirst, type SemesterFilter } from '../domain/semester-filter';
import { whenKnown } from '../domain/when-known';
import type { SemesterList } from '../feishu/ports';

/** An answer that may describe its cycle. */
export type Described = Pick<Snapshot, 'semester'>;

export interface SemesterLoaderOptions {
  /** This operation's loads of stage tasks in the cycle, pending or settled. */
  readonly loadsOf: (semesterId: string) => readonly Promise<Described>[];
  /** All cycles of the tenant, remembered or fetched with one call. Feishu allows 10 a minute. */
  readonly list: () => SemesterList | Promise<SemesterList>;
  /** Calls back when all loads of the query level have begun. */
  readonly afterLevel: (callback: () => void) => void;
}

/**
 * The cycles of one operation, which reads the list of cycles at most once. The list is fetched as the app: cycles
 * belong to the company, so every principal may read them.
 */
export interface OperationSemesters {
  /**
   * The cycle from the first answer with stage tasks that describes it, which costs no extra call, or else from
   * the list.
   * @returns `null` if Feishu does not know the cycle
   * @throws GatewayError
   */
  readonly semester: (id: string) => Promise<Semester | null>;
  /** The cycle, if an answer with stage tasks or the list has described it already. */
  readonly describedSemester: (id: string) => Semester | undefined;
  /**
   * The cycle with all that the list tells of it, at once if the list is remembered.
   * @returns `null` if Feishu does not list the cycle
   * @throws GatewayError
   */
  readonly listedSemester: (id: string) => ListedSemester | null | Promise<ListedSemester | null>;
  /**
   * The listed cycles that match, newest first, at once if the list is remembered.
   * @throws GatewayError also if none matches and a part of the list is missing
   */
  readonly semesters: (
    matches: SemesterFilter,
  ) => readonly ListedSemester[] | Promise<readonly ListedSemester[]>;
}

export interface SemesterLoader extends OperationSemesters {
  /** Notes a cycle that an answer with stage tasks describes. */
  readonly noteDescribed: (id: string, semester: Semester) => void;
}

export function createSemesterLoader(options: SemesterLoaderOptions): SemesterLoader {
  const { loadsOf, afterLevel } = options;
  const describedByTasks = new Map<string, Semester>();
  const loading = new Map<string, Promise<Semester | null>>();
  let listed: ReadonlyMap<string, ListedSemester> | undefined;
  let reading: SemesterList | Promise<SemesterList> | undefined;

  function note(list: SemesterList): SemesterList {
    listed = new Map(list.semesters.map((semester) => [semester.id, semester]));
    return list;
  }

  const list = () => (reading ??= whenKnown(options.list(), note));
  const describedSemester = (id: string) => describedByTasks.get(id) ?? listed?.get(id);

  const listedSemester = (id: string) => whenKnown(list(), () => listed?.get(id) ?? null);

  async function load(id: string): Promise<Semester | null> {
    await new Promise<void>(afterLevel);
    const described = describedSemester(id) ?? (await firstDescription(loadsOf(id)));
    return described ?? listedSemester(id);
  }

  return {
    noteDescribed: (id, semester) => void describedByTasks.set(id, semester),
    describedSemester,

    semester: (id) => getOrCreate(loading, id, () => load(id)),
    listedSemester,

    semesters: (matches) =>
      whenKnown(list(), ({ semesters, isComplete }) => {
        const found = semesters.filter(matches);
        if (found.length === 0 && !isComplete) throw incompleteList();
        return newestFirst(found);
      }),
  };
}

function incompleteList(): GatewayError {
  const message = "A part of Feishu's list of review cycles could not be read.";
  return new GatewayError('UPSTREAM_MALFORMED', message);
}

/** @returns `null` when all loads have settled and none describes the cycle */
function firstDescription(loads: readonly Promise<Described>[]): Promise<Semester | null> {
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
