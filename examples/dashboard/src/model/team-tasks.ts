import type { TeamTasksQuery } from '../operations';
import type { Bilingual, Selection } from './directory';
import { problemOf, type Problem } from './problem';

type Semester = NonNullable<TeamTasksQuery['semester']>;
type AnsweredUser = NonNullable<Semester['userStageTasks'][number]>;
export type Task = AnsweredUser['stageTasks'][number];

/** A person of whom Feishu has tasks, or none. */
export interface KnownPerson {
  readonly kind: 'known';
  readonly id: string;
  /** The name that the supergraph's `User` has. */
  readonly name: Bilingual | null;
  readonly tasks: AnsweredUser;
}

/** Feishu has no data of an absent person. What a failed person has to do is not known. */
export type Person =
  | KnownPerson
  | { readonly kind: 'absent'; readonly id: string }
  | { readonly kind: 'failed'; readonly id: string; readonly problem: Problem };

/** One answer of the gateway about all selected people. */
export interface TeamTasks {
  readonly people: readonly Person[];
  readonly known: readonly KnownPerson[];
  readonly failed: readonly Extract<Person, { kind: 'failed' }>[];
}

interface Answer {
  readonly data: TeamTasksQuery | undefined;
  readonly errors: readonly { readonly path?: readonly unknown[]; readonly extensions?: unknown }[];
}

/**
 * The people in the order of the selection. A `null` with an error at its path is a failure, and one without is a
 * person that Feishu does not know. Returns `undefined` if no list arrived.
 */
export function readTeamTasks(
  { userIds }: Selection,
  { data, errors }: Answer,
  nowMs: number,
): TeamTasks | undefined {
  const answered = data?.semester?.userStageTasks;
  if (!answered) return undefined;
  const problems = new Map(errors.map((error) => [error.path?.[2], problemOf(error, nowMs)]));
  const people = userIds.map((id, i): Person => {
    const tasks = answered[i];
    if (tasks) return { kind: 'known', id, name: nameIn(tasks.user), tasks };
    const problem = problems.get(i);
    return problem ? { kind: 'failed', id, problem } : { kind: 'absent', id };
  });
  return {
    people,
    known: people.filter((person) => person.kind === 'known'),
    failed: people.filter((person) => person.kind === 'failed'),
  };
}

/** The field that `addNameField` adds is not in the types, because the gateway's schema has no names. */
function nameIn(user: object): Bilingual | null {
  const { displayName } = user as { displayName?: unknown };
  return typeof displayName === 'string' ? { zhCN: displayName, enUS: displayName } : null;
}

export function isDone({ option, status }: Task): boolean {
  return option === 'DONE' || status === 'ALL_DONE';
}
