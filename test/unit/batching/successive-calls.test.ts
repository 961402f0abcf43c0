import { createBatch, type Batch } from '../../../src/batching/batch';
import type { PendingUser } from '../../../src/batching/pending-user';
import {
  SCOPE,
  batchOf,
  crowd,
  distinct,
  idsIn,
  inEveryBatch,
  plan,
} from '../../support/planned-batches';

describe('the calls of a batch, one after the other', () => {
  /** Plans until no user is left. */
  function drain(batch: Batch): PendingUser[][] {
    const calls: PendingUser[][] = [];
    while (!batch.isEmpty) {
      const { users } = plan(batch);
      if (users.length === 0) throw new Error('a call has no users');
      for (const user of users) batch.remove(user);
      calls.push([...users]);
    }
    return calls;
  }

  test('ask for each user exactly once', () => {
    inEveryBatch((list, batch) => {
      const ids = idsIn(drain(batch).flat());
      expect([...ids].sort()).toEqual(distinct(list).sort());
    });
  });

  test('are as many as were counted ahead, without refreshes', () => {
    inEveryBatch((list, batch) => {
      const waiting = distinct(list.filter(({ background }) => !background));
      expect(batch.waitingUsers).toBe(waiting.length);
      const counted = batch.calls;
      expect(counted).toBe(Math.ceil(waiting.length / batch.seats));
      const calls = drain(batch);
      const forWaiting = calls.filter((users) => users.some((user) => !user.isBackground()));
      expect(forWaiting).toHaveLength(counted);
      expect(calls).toHaveLength(Math.ceil(distinct(list).length / batch.seats));
    });
    expect(createBatch(SCOPE)).toMatchObject({ calls: 0, isEmpty: true, isFull: false });
  });

  test('serve each user in the call that its place predicts', () => {
    inEveryBatch((_, batch) => {
      const ahead = batch.users();
      const calls = drain(batch);
      const expected = calls.map((_users, i) =>
        ahead.slice(i * batch.seats, (i + 1) * batch.seats),
      );
      expect(calls.map(idsIn)).toEqual(expected.map(idsIn));
    });
  });

  test('leave a full batch while as many users wait as the next call has seats', () => {
    inEveryBatch((list, batch) => {
      const waiting = distinct(list.filter(({ background }) => !background));
      expect(batch.isFull).toBe(waiting.length >= batch.seats);
    });
    expect(batchOf([...crowd(30), ...crowd(30)]).isFull).toBe(false);
    expect(batchOf([...crowd(30), ...crowd(50)]).isFull).toBe(true);
    expect(batchOf(crowd(50, { background: true })).isFull).toBe(false);
  });
});
