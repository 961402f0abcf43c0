import { createRefreshAhead } from '../../../src/loading/refresh-ahead';
import type { BatchScope } from '../../../src/batching/scope';
import { ManualClock } from '../../support/manual-clock';

const SCOPE: BatchScope = {
  identity: { kind: 'app' },
  semesterId: '1',
  idType: 'OPEN_ID',
  filter: {},
};
const FRESH_MS = 60_000;

function open() {
  const clock = new ManualClock();
  return { clock, refreshAhead: createRefreshAhead({ freshMs: FRESH_MS, nowMs: clock.now }) };
}

describe('a user who is asked for', () => {
  test('is renewed only once the answer is about to go stale', () => {
    const { clock, refreshAhead } = open();
    refreshAhead.noteServed(SCOPE, 'young', clock.now() - FRESH_MS / 2 + 1);
    refreshAhead.noteServed(SCOPE, 'old', clock.now() - FRESH_MS / 2);

    expect(refreshAhead.fillSpareSeats(SCOPE, 50)).toEqual(['old']);
  });

  test('has to be asked for again to be renewed again', () => {
    const { refreshAhead } = open();
    refreshAhead.noteServed(SCOPE, 'old', 0);

    expect(refreshAhead.fillSpareSeats(SCOPE, 50)).toEqual(['old']);
    expect(refreshAhead.fillSpareSeats(SCOPE, 50)).toEqual([]);
  });

  test('is renewed by no call of another cycle, kind of ID or filter', () => {
    const { refreshAhead } = open();
    const scope: BatchScope = { ...SCOPE, filter: { options: ['TODO'] } };
    refreshAhead.noteServed(scope, 'old', 0);

    expect(refreshAhead.fillSpareSeats(SCOPE, 50)).toEqual([]);
    expect(refreshAhead.fillSpareSeats({ ...scope, semesterId: '2' }, 50)).toEqual([]);
    expect(refreshAhead.fillSpareSeats({ ...scope, idType: 'USER_ID' }, 50)).toEqual([]);
    expect(refreshAhead.fillSpareSeats(scope, 50)).toEqual(['old']);
  });

  test('comes after those with older answers, when there are not seats for all', () => {
    const { refreshAhead } = open();
    for (const [userId, fetchedAtMs] of [
      ['b', 2],
      ['c', 3],
      ['a', 1],
    ] as const) {
      refreshAhead.noteServed(SCOPE, userId, fetchedAtMs);
    }

    expect(refreshAhead.fillSpareSeats(SCOPE, 2)).toEqual(['a', 'b']);
    expect(refreshAhead.fillSpareSeats(SCOPE, 2)).toEqual(['c']);
  });
});
