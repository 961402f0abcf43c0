import { createRenewals } from '../../../src/batching/renewals';
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
  return { clock, renewals: createRenewals({ freshMs: FRESH_MS, nowMs: clock.now }) };
}

describe('a user who is asked for', () => {
  it('is renewed only once the answer is about to go stale', () => {
    const { clock, renewals } = open();
    renewals.noteAsked(SCOPE, 'young', clock.now() - FRESH_MS / 2 + 1);
    renewals.noteAsked(SCOPE, 'old', clock.now() - FRESH_MS / 2);

    expect(renewals.take(SCOPE, 50)).toEqual(['old']);
  });

  it('has to be asked for again to be renewed again', () => {
    const { renewals } = open();
    renewals.noteAsked(SCOPE, 'old', 0);

    expect(renewals.take(SCOPE, 50)).toEqual(['old']);
    expect(renewals.take(SCOPE, 50)).toEqual([]);
  });

  it('is renewed by no call of another cycle, kind of ID or filter', () => {
    const { renewals } = open();
    const scope: BatchScope = { ...SCOPE, filter: { options: ['TODO'] } };
    renewals.noteAsked(scope, 'old', 0);

    expect(renewals.take(SCOPE, 50)).toEqual([]);
    expect(renewals.take({ ...scope, semesterId: '2' }, 50)).toEqual([]);
    expect(renewals.take({ ...scope, idType: 'USER_ID' }, 50)).toEqual([]);
    expect(renewals.take(scope, 50)).toEqual(['old']);
  });

  it('comes after those with older answers, when there are not seats for all', () => {
    const { renewals } = open();
    for (const [userId, fetchedAtMs] of [
      ['b', 2],
      ['c', 3],
      ['a', 1],
    ] as const) {
      renewals.noteAsked(SCOPE, userId, fetchedAtMs);
    }

    expect(renewals.take(SCOPE, 2)).toEqual(['a', 'b']);
    expect(renewals.take(SCOPE, 2)).toEqual(['c']);
  });
});
