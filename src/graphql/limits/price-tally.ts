import { getOrCreate } from '../../domain/collections';
import type { Load } from './price-rules';

/** Whom an operation loads, by what keeps users from sharing a call, and how often. */
export interface Tally {
  /** All that one field loads. */
  add(loads: readonly Load[]): void;
  calls(callsFor: (users: number) => number): number;
  /** The most loads of one user in one cycle. */
  views(): number;
}

export function createTally(): Tally {
  const usersByScope = new Map<string, Set<string>>();
  const viewsByCycle = new Map<string, Map<string, number>>();
  let mostViews = 0;

  function countView(cycle: string, userId: string): void {
    const views = getOrCreate(viewsByCycle, cycle, () => new Map<string, number>());
    const count = (views.get(userId) ?? 0) + 1;
    views.set(userId, count);
    mostViews = Math.max(mostViews, count);
  }

  return {
    add(loads) {
      // A user that stands in a list twice, or below several answers, has one view of this field.
      const seen = new Map<string, Set<string>>();
      for (const { scope, cycle, view, userIds } of loads) {
        const users = getOrCreate(usersByScope, scope, () => new Set<string>());
        const known = getOrCreate(seen, `${cycle} ${view}`, () => new Set<string>());
        for (const id of userIds) {
          users.add(id);
          if (known.has(id)) continue;
          known.add(id);
          countView(cycle, id);
        }
      }
    },
    calls: (callsFor) =>
      [...usersByScope.values()].reduce((sum, { size }) => sum + callsFor(size), 0),
    views: () => mostViews,
  };
}
