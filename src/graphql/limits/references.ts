import { fromUserStageTasksId } from '../opaque-id';
import { textOf } from './arguments';
import { load } from './load';
import type { Consequence, PriceRules, Subject } from './subject';

type Representation = Readonly<Record<string, unknown>>;

/** As the types that they are of, each of which may have fields of its own below. */
export function toEntities(
  rules: PriceRules,
  representations: readonly unknown[],
  { wave }: Subject,
): Consequence {
  const of = (type: string) =>
    representations.filter((one): one is Representation => isOfType(one, type));
  const users = of('User').flatMap((one) => orNothing(() => rules.userOfReference(one)));
  const semesterIds = of('Semester').map(({ id }) => textOf(id));
  const keys = of('UserStageTasks').flatMap(({ id }) =>
    orNothing(() => fromUserStageTasksId('id', textOf(id))),
  );
  const found = keys.map(({ user, semesterId, filter }) =>
    load(
      rules,
      { filter },
      { count: 1, users: [], semesterIds: [], wave },
      [user],
      [semesterId],
      1,
    ),
  );
  return {
    weight: found.reduce((sum, { weight }) => sum + weight, 0),
    loads: () => found.flatMap(({ loads }) => loads()),
    children: [
      { type: 'User', count: users.length, users, semesterIds: [], wave },
      { type: 'Semester', count: semesterIds.length, users: [], semesterIds, wave },
      {
        type: 'UserStageTasks',
        count: keys.length,
        users: keys.map(({ user }) => user),
        semesterIds: [...new Set(keys.map(({ semesterId }) => semesterId))],
        wave: wave + 1,
      },
    ],
  };
}

function isOfType(representation: unknown, type: string): boolean {
  return (representation as Representation | null)?.['__typename'] === type;
}

/** What cannot be read is an error at its own place, and loads nothing. */
function orNothing<T>(read: () => T): T[] {
  try {
    return [read()];
  } catch {
    return [];
  }
}
