import type { UserIdTypeWire } from '../feishu/wire/stage-task.wire';
import { dayInChina, startOfDayMs } from './china-calendar';
import type { Settings } from './options';
import { createPeople, idOf, type Person } from './people';
import { hexFrom } from './random';
import { createSemesters, type Semester } from './semesters';
import { createStageTasks, participates, type StageTask } from './stage-tasks';

/** The one company of the emulator: its people, its cycles, and who has to do what. */
export interface Tenant {
  readonly seed: number;
  /** 16 hexadecimal digits. */
  readonly key: string;
  readonly people: readonly Person[];
  readonly semesters: readonly Semester[];
  readonly personBy: (idType: UserIdTypeWire, id: string) => Person | undefined;
  readonly semesterBy: (id: string) => Semester | undefined;
  /** In a fixed order, which is what pages are cut from. */
  readonly participantsOf: (semester: Semester) => readonly Person[];
  /** `undefined` for a person who takes no part in the cycle. */
  readonly tasksOf: (person: Person, semester: Semester) => readonly StageTask[] | undefined;
}

type TenantSettings = Pick<Settings, 'seed' | 'now' | 'lateSubmission'>;

/**
 * A tenant is a function of its seed and of the day in China on which it is made, which sets the dates
 * and nothing else. It keeps that day, so that midnight changes no answer of a running emulator.
 */
export function createTenant({ seed, now, lateSubmission }: TenantSettings): Tenant {
  const today = dayInChina(now());
  const people = createPeople(seed);
  const semesters = createSemesters(seed, today);
  const conditions = { seed, todayMs: startOfDayMs(today), lateSubmission };
  const semestersById = new Map(semesters.map((semester) => [semester.id, semester]));
  const indexes = indexPeople(people);
  const tasksOf = rememberPairs((person, semester) =>
    participates(seed, person, semester)
      ? createStageTasks(conditions, person, semester)
      : undefined,
  );
  return {
    seed,
    key: hexFrom(`${seed}/tenant`).slice(0, 16),
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

/** Tasks are made when first asked for and then kept: a start is quick, and so is a benchmark. */
function rememberPairs<T>(
  create: (person: Person, semester: Semester) => T,
): (person: Person, semester: Semester) => T {
  const remembered = new Map<string, { value: T }>();
  return (person, semester) => {
    const key = `${semester.id}/${person.openId}`;
    const known = remembered.get(key) ?? { value: create(person, semester) };
    remembered.set(key, known);
    return known.value;
  };
}
