import { MINUTE_MS } from '../../support/batching-world';
import { createPagesWorld as start, type PagesOptions } from '../../support/pages-world';
import { refused } from '../../support/scripted-feishu';

describe('a page that Feishu refuses', () => {
  test('says that the cycle is unknown, and the next question costs no call', async () => {
    const { clock, read, calls } = start({
      isListed: false,
      fateOfPage: () => ({ failure: refused() }),
    });
    const first = read(0, '');
    const next = read(1_000, '');
    await clock.run();
    expect([first.error, next.error]).toEqual(['UPSTREAM_REJECTED', 'UPSTREAM_REJECTED']);
    expect(calls).toHaveLength(1);
  });

  test('leaves the remembered pages that do not lead to it', async () => {
    const fateOfPage: PagesOptions['fateOfPage'] = ({ pageToken }) =>
      pageToken === 'forged' ? { failure: refused() } : {};
    const { clock, read, calls } = start({ calls: 20, isListed: true, fateOfPage });
    read(0, '');
    const forged = read(1_000, 'forged');
    const again = read(2_000, '');
    await clock.run();
    expect(forged.error).toBe('UPSTREAM_REJECTED');
    expect(again).toMatchObject({ users: 50, fromCache: true });
    expect(calls).toHaveLength(2);
  });

  test('is not called for again for 10 minutes', async () => {
    const fateOfPage = () => ({ failure: refused() });
    const { clock, read, calls } = start({ calls: 20, isListed: true, fateOfPage });
    const outcomes = [0, 1_000, 10 * MINUTE_MS, 11 * MINUTE_MS].map((atMs) => read(atMs, 'forged'));
    const first = [read(0, ''), read(1_000, '')];
    await clock.run();
    expect(outcomes.map(({ error }) => error)).toEqual(Array(4).fill('UPSTREAM_REJECTED'));
    expect(calls.filter(({ pageToken }) => pageToken === 'forged')).toHaveLength(2);
    // A refused first page has no token that could be to blame.
    expect(first.map(({ error }) => error)).toEqual(Array(2).fill('UPSTREAM_REJECTED'));
    expect(calls.filter(({ pageToken }) => pageToken === '')).toHaveLength(2);
  });

  test('is called for again once Feishu names its token again', async () => {
    const fateOfPage: PagesOptions['fateOfPage'] = (_, nth) =>
      nth === 2 ? { failure: refused() } : {};
    const { clock, read, calls } = start({ calls: 20, isListed: true, fateOfPage });
    read(0, '');
    const expired = read(1_000, '50');
    read(2_000, '');
    const next = read(3_000, '50');
    await clock.run();
    expect(expired.error).toBe('UPSTREAM_REJECTED');
    expect(next.users).toBe(50);
    expect(calls).toHaveLength(4);
  });

  test('makes the gateway forget the pages that lead to it', async () => {
    const fateOfPage: PagesOptions['fateOfPage'] = ({ pageToken }) =>
      pageToken === '50' ? { failure: refused() } : {};
    const { clock, read, calls } = start({ calls: 20, isListed: true, fateOfPage });
    read(0, '');
    const expired = read(1_000, '50');
    const again = read(2_000, '');
    await clock.run();
    expect(expired.error).toBe('UPSTREAM_REJECTED');
    expect(again).toMatchObject({ users: 50, fromCache: false });
    expect(calls).toHaveLength(3);
  });
});
