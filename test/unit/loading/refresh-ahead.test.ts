import { createRefreshAhead } from '../../../src/loading/refresh-ahead';
import type { BatchScope } from '../../../src/batching/scope';
import { cycle } from '../../support/batching-world';
import { ManualClock } from '../../support/manual-clock';
import { PENDING_NOWHERE } from '../../support/planned-batches';

const SCOPE = cycle('1');
const FRESH_MS = 60_000;

function createWorld() {
  const clock = new ManualClock();
  return { clock, refreshAhead: createRefreshAhead({ freshMs: FRESH_MS, nowMs: clock.now }) };
}

describe('a user that operations ask for', () => {
  test('is refreshed once half of the fresh time of its answer is over', () => {
    const { clock, refreshAhead } = createWorld();
    refreshAhead.noteServed(SCOPE, 'young', clock.now() - FRESH_MS / 2 + 1);
    refreshAhead.noteServed(SCOPE, 'old', clock.now() - FRESH_MS / 2);

    expect(refreshAhead.fillSpareSeats(SCOPE, 50, PENDING_NOWHERE)).toEqual(['old']);
  });

  test('is refreshed once for each time that it is served', () => {
    const { refreshAhead } = createWorld();
    refreshAhead.noteServed(SCOPE, 'old', 0);

    expect(refreshAhead.fillSpareSeats(SCOPE, 50, PENDING_NOWHERE)).toEqual(['old']);
    expect(refreshAhead.fillSpareSeats(SCOPE, 50, PENDING_NOWHERE)).toEqual([]);
  });

  test('is not refreshed by a call of another cycle, ID type or filter', () => {
    const { refreshAhead } = createWorld();
    const scope: BatchScope = { ...SCOPE, filter: { options: ['TODO'] } };
    refreshAhead.noteServed(scope, 'old', 0);

    expect(refreshAhead.fillSpareSeats(SCOPE, 50, PENDING_NOWHERE)).toEqual([]);
    expect(refreshAhead.fillSpareSeats({ ...scope, semesterId: '2' }, 50, PENDING_NOWHERE)).toEqual(
      [],
    );
    expect(
      refreshAhead.fillSpareSeats({ ...scope, idType: 'USER_ID' }, 50, PENDING_NOWHERE),
    ).toEqual([]);
    expect(refreshAhead.fillSpareSeats(scope, 50, PENDING_NOWHERE)).toEqual(['old']);
  });

  test('takes no seat of a call in which it is anyway', () => {
    const { refreshAhead } = createWorld();
    for (const userId of ['waiting', 'a', 'b']) refreshAhead.prefer(SCOPE, userId);
    const isPending = (userId: string) => userId === 'waiting';

    expect(refreshAhead.fillSpareSeats(SCOPE, 2, isPending)).toEqual(['b', 'a']);
    expect(refreshAhead.fillSpareSeats(SCOPE, 2, PENDING_NOWHERE)).toEqual([]);
  });

  test('comes after users with older answers when the seats are few', () => {
    const { refreshAhead } = createWorld();
    for (const [userId, fetchedAtMs] of [
      ['b', 2],
      ['c', 3],
      ['a', 1],
    ] as const) {
      refreshAhead.noteServed(SCOPE, userId, fetchedAtMs);
    }

    expect(refreshAhead.fillSpareSeats(SCOPE, 2, PENDING_NOWHERE)).toEqual(['a', 'b']);
    expect(refreshAhead.fillSpareSeats(SCOPE, 2, PENDING_NOWHERE)).toEqual(['c']);
  });
});
