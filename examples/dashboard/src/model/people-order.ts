import { compareDeadlines } from './stage-progress';
import type { KnownPerson, Person } from './team-tasks';

export type SortKey = 'name' | 'todo' | 'overdue' | 'done' | 'deadline';
export type PeopleFilter = 'all' | 'open' | 'overdue' | 'missing';

export interface Order {
  readonly key: SortKey;
  readonly descending: boolean;
}

/** Who is behind comes first. */
export const FIRST_ORDER: Order = { key: 'overdue', descending: true };

export function isShown(person: Person, filter: PeopleFilter): boolean {
  if (filter === 'all') return true;
  if (filter === 'missing') return person.kind !== 'known';
  if (person.kind !== 'known') return false;
  return filter === 'open'
    ? person.tasks.todo + person.tasks.overdue > 0
    : person.tasks.overdue > 0;
}

/** Sorts people. Those whose tasks are not known stay last in either direction, except by name. */
export function sortPeople(
  people: readonly Person[],
  { key, descending }: Order,
  nameOf: (person: Person) => string,
  compareNames: (one: string, other: string) => number,
): Person[] {
  const sign = descending ? -1 : 1;
  const byName = (one: Person, other: Person) => compareNames(nameOf(one), nameOf(other));
  if (key === 'name') return [...people].sort((one, other) => sign * byName(one, other));
  return [...people].sort((one, other) => {
    if (one.kind !== 'known' || other.kind !== 'known') {
      return Number(one.kind !== 'known') - Number(other.kind !== 'known') || byName(one, other);
    }
    return sign * compareBy(key, one, other) || byName(one, other);
  });
}

function compareBy(key: Exclude<SortKey, 'name'>, one: KnownPerson, other: KnownPerson): number {
  if (key === 'deadline') return compareDeadlines(one.tasks.nextDeadline, other.tasks.nextDeadline);
  return one.tasks[key] - other.tasks[key];
}
