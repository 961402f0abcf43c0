import { GatewayError } from '../../../src/domain/errors';
import { createKnownSemesters } from '../../../src/semesters/known-semesters';
import { ManualClock } from '../../support/manual-clock';

const MINUTE_MS = 60_000;
const REFUSED = new GatewayError('UPSTREAM_REJECTED', 'Feishu refused the parameters.', {
  upstream: { code: 1580102, httpStatus: 400, logId: 'log-1' },
});
const { signal } = new AbortController();

function start() {
  const clock = new ManualClock();
  const list = { says: undefined as boolean | undefined, remembers: false, lookUps: 0 };
  const cycles = createKnownSemesters({
    nowMs: clock.now,
    directory: {
      remembers: () => list.remembers,
      isListed() {
        list.lookUps += 1;
        return Promise.resolve(list.says);
      },
    },
  });
  const refuse = () => cycles.isToBlame('1', REFUSED);
  return { clock, list, cycles, refuse };
}

describe('a cycle that was answered before', () => {
  test('is looked up after three refusals in a row, and blamed when Feishu no longer lists it', async () => {
    const { list, cycles, refuse } = start();
    cycles.noteAnswered('1');
    list.says = false;
    expect([await refuse(), await refuse()]).toEqual([false, false]);
    expect(list.lookUps).toBe(0);
    expect(await refuse()).toBe(true);
    expect(cycles.isKnown('1')).toBe(false);
    expect(cycles.refusalOf('1')?.message).toBe('Feishu lists no review cycle with the ID 1.');
  });

  test('is not looked up while answers arrive between refusals', async () => {
    const { list, cycles, refuse } = start();
    for (let i = 0; i < 20; i += 1) {
      cycles.noteAnswered('1');
      await refuse();
      await refuse();
    }
    expect(list.lookUps).toBe(0);
  });

  test('is looked up at most once a minute, and not blamed while Feishu lists it', async () => {
    const { clock, list, cycles, refuse } = start();
    cycles.noteAnswered('1');
    list.says = true;
    for (let i = 0; i < 30; i += 1) expect(await refuse()).toBe(false);
    expect(list.lookUps).toBe(1);

    clock.advance(MINUTE_MS + 1);
    list.says = false;
    await refuse();
    await refuse();
    expect(await refuse()).toBe(true);
    expect(list.lookUps).toBe(2);
  });

  test('is not blamed when the list of cycles is unknown', async () => {
    const { list, cycles, refuse } = start();
    cycles.noteAnswered('1');
    for (let i = 0; i < 10; i += 1) expect(await refuse()).toBe(false);
    expect(list.lookUps).toBe(1);
  });

  test('is not blamed when it is answered while the list is read', async () => {
    const { list, cycles, refuse } = start();
    cycles.noteAnswered('1');
    list.says = false;
    await refuse();
    await refuse();
    const blamed = refuse();
    cycles.noteAnswered('1');
    expect(await blamed).toBe(false);
    expect(cycles.isKnown('1')).toBe(true);
  });
});

describe('the check before a call', () => {
  test('accepts a cycle that was answered or is in the remembered list, without a look-up', async () => {
    const { list, cycles } = start();
    list.says = false;
    cycles.noteAnswered('1');
    await cycles.check('1', signal);
    list.remembers = true;
    await cycles.check('2', signal);
    expect(list.lookUps).toBe(0);
  });

  test('refuses a cycle that Feishu does not list', async () => {
    const { list, cycles } = start();
    list.says = false;
    await expect(cycles.check('1', signal)).rejects.toMatchObject({
      code: 'UPSTREAM_REJECTED',
      message: 'Feishu lists no review cycle with the ID 1.',
      details: { upstream: { code: null, httpStatus: null, logId: null } },
    });
    expect(cycles.refusalOf('1')).toBeUndefined();
  });

  test.each([true, undefined])('accepts a cycle when the list says %s', async (says) => {
    const { list, cycles } = start();
    list.says = says;
    await cycles.check('1', signal);
  });

  test('refuses a blamed cycle for a minute, without a look-up', async () => {
    const { list, cycles, refuse } = start();
    list.says = false;
    await refuse();
    await expect(cycles.check('1', signal)).rejects.toMatchObject({ details: REFUSED.details });
    expect(list.lookUps).toBe(1);
  });

  test('ends with the operation that waits for it', async () => {
    const cycles = createKnownSemesters({
      nowMs: new ManualClock().now,
      directory: { remembers: () => false, isListed: () => new Promise(() => undefined) },
    });
    const controller = new AbortController();
    const checked = cycles.check('1', controller.signal);
    controller.abort();
    await expect(checked).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
  });
});
