import { callParameters, createCallLog, type RecordedCall } from '../../../src/emulator/call-log';

const callAt = (at: number): RecordedCall => ({ api: 'semesters', at, tokenKind: 'tenant' });

describe('the log of calls', () => {
  test('keeps the newest 10,000 calls, oldest first', () => {
    const log = createCallLog();
    for (let at = 1; at <= 10_002; at += 1) log.record(callAt(at));
    expect(log.calls).toHaveLength(10_000);
    expect([log.calls.at(0)?.at, log.calls.at(-1)?.at]).toEqual([3, 10_002]);
  });

  test('is empty after it was cleared', () => {
    const log = createCallLog();
    log.record(callAt(1));
    log.clear();
    log.record(callAt(2));
    expect(log.calls).toEqual([callAt(2)]);
  });

  test('records parameters as they were sent, without those of a wrong type', () => {
    const body = { semester_id: 7, user_id_lists: ['ou_1', 2], task_option_lists: [9] };
    expect(callParameters({ user_id_type: 'email' }, body)).toEqual({
      userIdType: 'email',
      taskOptions: [9],
    });
    expect(callParameters({}, undefined)).toEqual({});
    expect(callParameters({}, ['after_time'])).toEqual({});
  });
});
