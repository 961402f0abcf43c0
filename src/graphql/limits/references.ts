import { groupBy } from '../../domain/collections';
import type { UserKey } from '../../domain/user';
import { fromUserStageTasksId } from '../opaque-id';
import { FIELDS_PER_LOAD, joinParties, loadOf } from './loads';
import type { FieldPrice, Objects, Outcome, Party, PriceRules } from './price-rules';

type Representation = Readonly<Record<string, unknown>>;

/** Of a router's representations, as the types that they are of: each may have fields of its own below. */
export function referencesPrice(
  rules: PriceRules,
  representations: readonly unknown[],
  root: Party,
): FieldPrice {
  const of = (type: string) =>
    representations.filter((one): one is Representation => isOfType(one, type));
  const ids = (type: string) => of(type).map(({ id }) => (typeof id === 'string' ? id : ''));
  const views = ids('UserStageTasks');
  return {
    fields: representations.length + views.length * FIELDS_PER_LOAD,
    outcome() {
      const references = of('User');
      const users = references.flatMap((one) => orNothing(() => rules.userOfReference(one)));
      const { loads, children } = viewsOf(rules, views, root);
      return {
        loads,
        errors: references.length - users.length + views.length - loads.length,
        children: [
          objectsOf('User', users.length, toParties(users, root)),
          objectsOf('Semester', ids('Semester').length, toCycles(ids('Semester'), root)),
          ...children,
        ],
      };
    },
  };
}

function toParties(users: readonly UserKey[], root: Party): Party[] {
  return [...groupBy(users, ({ idType }) => idType)].map(([idType, alike]) => ({
    ...root,
    idType,
    userIds: alike.map(({ id }) => id),
  }));
}

function toCycles(semesterIds: readonly string[], root: Party): Party[] {
  return [...new Set(semesterIds)].map((semesterId) => ({ ...root, semesterId }));
}

function viewsOf(rules: PriceRules, ids: readonly string[], root: Party): Outcome {
  const keys = ids.flatMap((id) => orNothing(() => fromUserStageTasksId('id', id)));
  const loads = keys.map(({ user: { id, idType }, semesterId, filter }) =>
    loadOf(rules, { filter }, { ...root, idType, userIds: [id], semesterId }),
  );
  const parties = joinParties(loads.map(({ below }) => below));
  return { loads, children: [objectsOf('UserStageTasks', keys.length, parties)] };
}

function objectsOf(type: string, count: number, parties: readonly Party[]): Objects {
  return { type, count, typicalCount: count, parties };
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
