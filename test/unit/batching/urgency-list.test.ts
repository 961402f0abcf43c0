import fc from 'fast-check';
import { createUrgencyList } from '../../../src/batching/urgency-list';

/** Few items and urgencies, so that many items are equal and many move. */
const items = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h');
const urgencies = fc.constantFrom(-Infinity, -1, 0, 0.5, 1, 2, Infinity);
type Step = { readonly set: string; readonly urgency: number } | { readonly remove: string };
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ set: items, urgency: urgencies }) },
    { weight: 1, arbitrary: fc.record({ remove: items }) },
  ),
  { maxLength: 60 },
);

interface Naive {
  readonly item: string;
  readonly urgency: number;
  readonly arrival: number;
}

/** Sorts all items each time. */
function sorted(entries: readonly Naive[]): string[] {
  const byUrgency = (a: Naive, b: Naive) =>
    a.urgency === b.urgency ? a.arrival - b.arrival : a.urgency < b.urgency ? -1 : 1;
  return [...entries].sort(byUrgency).map(({ item }) => item);
}

function applyNaively(entries: readonly Naive[], step: Step, arrival: number): readonly Naive[] {
  if ('remove' in step) return entries.filter(({ item }) => item !== step.remove);
  const { set: item, urgency } = step;
  const known = entries.find((one) => one.item === item);
  // An item keeps its place among equals while its urgency stays the same.
  if (known?.urgency === urgency) return entries;
  return [...entries.filter((one) => one !== known), { item, urgency, arrival }];
}

describe('an urgency list', () => {
  test('is always what sorting all of its items would give', () => {
    fc.assert(
      fc.property(steps, fc.nat(10), (schedule, count) => {
        const list = createUrgencyList<string>();
        let naive: readonly Naive[] = [];
        for (const [arrival, step] of schedule.entries()) {
          naive = applyNaively(naive, step, arrival);
          if ('remove' in step) list.delete(step.remove);
          else list.set(step.set, step.urgency);
          const expected = sorted(naive);
          expect([[...list], list.slice(), list.slice(count), list.first(), list.size]).toEqual([
            expected,
            expected,
            expected.slice(0, count),
            expected[0],
            expected.length,
          ]);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test('returns a copy, which stays the same when items are deleted', () => {
    const list = createUrgencyList<string>();
    for (const item of ['a', 'b', 'c']) list.set(item, 1);
    const copy = list.slice();
    list.delete('a');
    expect(copy).toEqual(['a', 'b', 'c']);
  });

  test('tells equal items apart by identity', () => {
    const list = createUrgencyList<{ readonly name: string }>();
    const [one, other] = [{ name: 'a' }, { name: 'a' }];
    list.set(one, 1);
    list.set(other, 2);
    list.delete(one);
    expect(list.first()).toBe(other);
    expect(list.size).toBe(1);
  });
});
