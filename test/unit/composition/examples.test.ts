import { createExamples } from '../../../src/composition/examples';
import { loadConfig } from '../../../src/config';
import { listedSemester } from '../../support/listed-semester';

const NOW_MS = Date.parse('2026-06-15T00:00:00Z');

interface Cycle {
  readonly id: string;
  readonly from?: string;
  readonly to?: string;
}

const toDate = (day: string | undefined) => (day === undefined ? null : new Date(day));

/** The cycle in the first operation that an explorer shows. */
function shown(cycles: readonly Cycle[], env: Record<string, string> = {}): unknown {
  const semesters = cycles.map(({ id, from, to }) => {
    return listedSemester(id, { startTime: toDate(from), endTime: toDate(to) });
  });
  const examples = createExamples(loadConfig(env), {
    clock: { unixMs: () => NOW_MS },
    upstream: {},
    directory: { lastList: () => semesters },
  });
  return examples()[0]?.variables['semesterId'];
}

test.each<[string, Cycle[], string]>([
  ['none is listed', [], ''],
  ['the only one has ended', [{ id: '1', from: '2026-01-01', to: '2026-06-15' }], ''],
  ['the only one has not begun', [{ id: '1', from: '2026-06-16', to: '2026-12-31' }], ''],
  ['the only one has no dates', [{ id: '1' }], ''],
  ['one begins now', [{ id: '1', from: '2026-06-15', to: '2026-06-16' }], '1'],
  [
    'two run',
    [
      { id: '1', from: '2026-01-01', to: '2026-12-31' },
      { id: '2', from: '2026-06-01', to: '2026-06-30' },
      { id: '3', from: '2026-03-01', to: '2026-12-31' },
    ],
    '2',
  ],
])('If %s, the examples have the cycle that fits', (_, cycles, expected) => {
  expect(shown(cycles)).toBe(expected);
});

test('Where queries need credentials, the pages show no cycle, since they need none', () => {
  const cycles = [{ id: '1', from: '2026-06-01', to: '2026-06-30' }];
  expect(shown(cycles, { AUTH_ROUTER_SECRET: 'r'.repeat(64) })).toBe('');
});
