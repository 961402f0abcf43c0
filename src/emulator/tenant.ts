import type { UserIdTypeWire } from '../feishu/wire/stage-task.wire';
import { startOfDayMs } from './china-calendar';
import type { Settings } from './options';
import { createPeople, idOf, type Person } from './people';
import type { Seed } from './random';
import { createSemesters, type Semester } from './semesters';
import { createStageTasks, participates, type StageTask } from './stage-tasks';

/** A company of the emulator: its people, cycles and tasks. */
export interface Tenant {
  /** 16 hexadecimal digits. */
  readonly key: string;
  readonly people: readonly Person[];
  readonly semesters: readonly Semester[];
  readonly personBy: (idType: UserIdTypeWire, id: string) => Person | undefined;
  readonly semesterBy: (id: string) => Semester | undefined;
  /** In a fixed order, because pages depend on it. */
  readonly participantsOf: (semester: Semester) => readonly Person[];
  /** `undefined` for a person who does not take part in the cycle. */
  readonly tasksOf: (person: Person, semester: Semester) => readonly StageTask[] | undefined;
}

export interface TenantOptions {
  readonly seed: Seed;
  readonly key: string;
  /** The day in China, which only affects dates. */
  readonly today: number;
  readonly people: number;
  readonly lateSubmission: Settings['lateSubmission'];
}

/** The same options give the same tenant. */
export function createTenant(options: TenantOptions): Tenant {
  const { seed, key, today, lateSubmission } = options;
  const people = createPeople(seed, options.people);
  const semesters = createSemesters(seed, today);
  const conditions = { seed, todayMs: startOfDayMs(today), lateSubmission };
  const semestersById = new Map(semesters.map((semester) => [semester.id, semester]));
  const indexes = indexPeople(people);
  const tasksOf = cachePairs((person, semester) =>
    participates(seed, person, semester)
      ? createStageTasks(conditions, person, semester)
      : undefined,
  );
  return {
    key,
    people,
    semesters,
    personBy: (idType, id) => indexes[idType].get(id),
    semesterBy: (id) => semestersById.get(id),
    participantsOf: (semester) => people.filter((person) => tasksOf(person, semester)),
    tasksOf,
  };
}

function indexPeople(people: readonly Person[]): Record<UserIdTypeWire, Map<string, Person>> {
  const index = (idType: UserIdTypeWire) =>
    new Map(people.map((person) => [idOf(person, idType), person]));
  return {
    open_id: index('open_id'),
    union_id: index('union_id'),
    user_id: index('user_id'),
    people_admin_id: index('people_admin_id'),
  };
}

/** Creates values on first use and caches them, so that the emulator starts quickly. */
function cachePairs<T>(
  create: (person: Person, semester: Semester) => T,
): (person: Person, semester: Semester) => T {
  const cache = new Map<string, { value: T }>();
  return (person, semester) => {
    const key = `${semester.id}/${person.openId}`;
    const known = cache.get(key) ?? { value: create(person, semester) };
    cache.set(key, known);
    return known.value;
  };
}
