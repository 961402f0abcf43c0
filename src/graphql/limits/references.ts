import { fromUserStageTasksId } from '../opaque-id';
import { textOf } from './arguments';
import { joinParties, load } from './load';
import type { Consequence, Party, PriceRules, Subject } from './subject';

const NOBODY: Party = { after: '', users: [], semesterIds: [] };

type Representation = Readonly<Record<string, unknown>>;

/** As the types that they are of, each of which may have fields of its own below. */
export function toEntities(
  rules: PriceRules,
  representations: readonly unknown[],
  { parties: [root = NOBODY] }: Subject,
): Consequence {
  const of = (type: string) =>
    representations.filter((one): one is Representation => isOfType(one, type));
  const users = of('User').flatMap((one) => orNothing(() => rules.userOfReference(one)));
  const semesterIds = of('Semester').map(({ id }) => textOf(id));
  const keys = of('UserStageTasks').flatMap(({ id }) =>
    orNothing(() => fromUserStageTasksId('id', textOf(id))),
  );
  const found = keys.map(({ user, semesterId, filter }) =>
    load(rules, { filter }, [{ ...root, users: [user], semesterIds: [semesterId] }], 1),
  );
  return {
    weight: found.reduce((sum, { weight }) => sum + weight, 0),
    loads: () => found.flatMap(({ loads }) => loads()),
    children: () => [
      { type: 'User', count: users.length, parties: [{ ...root, users }] },
      { type: 'Semester', count: semesterIds.length, parties: [{ ...root, semesterIds }] },
      {
        type: 'UserStageTasks',
        count: keys.length,
        parties: joinParties(
          found.flatMap(({ children }) => children().flatMap(({ parties }) => parties)),
        ),
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
