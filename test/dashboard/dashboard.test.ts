import { chromium, type Browser } from 'playwright-core';
import type { Demo, DemoOptions } from '../../examples/dashboard/server/start';
import {
  buildDashboard,
  chooseTeam,
  rows,
  startDashboard,
  visitDashboard,
  type BuiltDashboard,
  type DashboardVisit,
} from '../support/dashboard';
import { describeWithChromium } from '../support/describe-with-chromium';
import { MovableClock } from '../support/movable-clock';

jest.setTimeout(120_000);

describeWithChromium('The dashboard in Chromium', (executablePath) => {
  let built: BuiltDashboard;
  let browser: Browser;
  let demo: Demo;
  let visit: DashboardVisit;

  beforeAll(async () => {
    built = await buildDashboard();
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser.close();
    built.remove();
  });
  afterEach(async () => {
    expect(visit.outside).toEqual([]);
    expect(visit.faults).toEqual([]);
    await visit.page.context().close();
    await demo.close();
  });

  async function open(options?: Omit<DemoOptions, 'folder' | 'port'>) {
    demo = await startDashboard(built, options);
    visit = await visitDashboard(browser, demo.url);
    return visit.page;
  }
  const listCalls = () => demo.emulator.callsOf('find_by_user_list');
  const notice = (kind: string) => visit.page.locator(`.notice.${kind}`);

  test('asks for no tasks before people are chosen, and shows 120 people in 3 calls', async () => {
    const page = await open();
    expect(listCalls()).toHaveLength(0);
    await chooseTeam(page, 120);
    await rows(page).first().waitFor();

    expect(await rows(page).count()).toBe(120);
    expect(listCalls()).toHaveLength(3);
    await page.getByText('17 of 20 calls left this minute').waitFor();
    expect(await page.locator('.notice').count()).toBe(0);
  });

  test('shows people by name, with what they have to do, and links to the tasks', async () => {
    const page = await open();
    await chooseTeam(page, 24);
    const person = demo.emulator.people[0];
    const row = rows(page).filter({ hasText: person?.openId ?? '' });
    await row.waitFor();

    expect(await row.locator('.person-name').innerText()).toBe(person?.name['en-US']);
    const expected = demo.emulator.expectedTasks({
      semesterId: demo.emulator.semesters.at(-1)?.id ?? '',
      userIdType: 'open_id',
      userId: person?.openId ?? '',
    });
    const todo =
      expected?.stage_num_lists.find((group) => group.task_option_id === 1)?.stage_num ?? 0;
    expect(await row.locator('td.todo').innerText()).toBe(String(todo));
    const link = rows(page).locator('a').first();
    expect(await link.getAttribute('href')).toMatch(/^https:/);
    expect(await link.getAttribute('rel')).toBe('noreferrer');
  });

  test('switches the language without asking again', async () => {
    const page = await open();
    await chooseTeam(page, 24);
    await rows(page).first().waitFor();
    const asked = () => visit.operations.filter((name) => name !== 'Quota');
    const before = asked();
    await page.getByRole('radio', { name: '中文' }).check();
    await page.getByRole('heading', { name: '各环节进度' }).waitFor();

    expect(await page.getAttribute('html', 'lang')).toBe('zh-CN');
    expect(await page.title()).toBe('绩效进度');
    expect(await page.getByRole('heading', { name: '自评' }).count()).toBe(1);
    const chinese = demo.emulator.people[0]?.name['zh-CN'] ?? '';
    expect(await rows(page).filter({ hasText: chinese }).count()).toBeGreaterThan(0);
    expect(asked()).toEqual(before);
    await page.reload();
    await page.getByRole('heading', { name: '各环节进度' }).waitFor();
  });

  test('says which people could not be loaded, and loads them on a retry', async () => {
    let isFailing = true;
    const page = await open();
    const victim = demo.emulator.people[30]?.openId ?? '';
    demo.emulator.script({
      when: ({ userIds }) => isFailing && (userIds?.includes(victim) ?? false),
      answer: { status: 500 },
      times: Infinity,
    });
    await chooseTeam(page, 120);
    await notice('warning').waitFor();

    expect(await notice('warning').innerText()).toContain('of 120 people could not be loaded');
    const row = rows(page).filter({ hasText: victim });
    expect(await row.innerText()).toContain('Not loaded: Feishu does not answer');
    expect(await row.locator('td').count()).toBe(1);
    expect(await page.locator('.tile.todo').innerText()).toContain('at least');
    isFailing = false;
    await notice('warning').getByRole('button', { name: 'Try again' }).click();
    await notice('warning').waitFor({ state: 'detached' });
    expect(await page.locator('tr.failed').count()).toBe(0);
  });

  test('marks older data while newer data does not arrive', async () => {
    const clock = new MovableClock();
    let isFailing = false;
    const page = await open({ overrides: { clock } });
    demo.emulator.script({
      api: 'find_by_user_list',
      when: () => isFailing,
      answer: { status: 500 },
      times: Infinity,
    });
    await chooseTeam(page, 24);
    await rows(page).first().waitFor();
    const known = await page.locator('tr.known').count();
    isFailing = true;
    clock.advance(120_000);
    await page.getByRole('button', { name: 'Refresh' }).click();
    await notice('info').waitFor();

    expect(await notice('info').innerText()).toContain(`Older data of ${known} people is shown`);
    expect(await page.locator('.badge.stale').count()).toBe(known);
    expect(await page.locator('tr.known').count()).toBe(known);
  });

  test('keeps the last data behind a rate limit, and says when to try again', async () => {
    const page = await open({ env: { RATE_LIMIT_PER_MINUTE: '12' } });
    await chooseTeam(page, 24);
    await rows(page).first().waitFor();
    const refresh = page.locator('.toolbar').getByRole('button', { name: 'Refresh' });
    for (let i = 0; i < 12 && (await notice('warning').count()) === 0; i += 1) {
      await refresh.click();
      await refresh.waitFor();
      await page.waitForFunction("document.querySelector('[aria-busy=false]') !== null");
    }

    expect(await notice('warning').innerText()).toMatch(/Too many requests[^]*RATE_LIMITED/);
    expect(await notice('warning').innerText()).toContain('The last data that arrived is shown');
    const retry = notice('warning').getByRole('button', { name: /^Try again in \d+ seconds?$/ });
    expect(await retry.isDisabled()).toBe(true);
    // A screen reader would read the button out every second.
    expect(await page.locator('[role=alert] button').count()).toBe(0);
    expect(await page.locator('[role=alert]').innerText()).toContain('Too many requests');
    expect(await rows(page).count()).toBe(24);
  });

  test('shows the people that the quota had room for, and when it has room for the others', async () => {
    const env = { FEISHU_QUOTA_CALLS: '2' };
    const page = await open({ emulator: { quotaCalls: 2 }, env });
    await chooseTeam(page, 120);
    await notice('warning').waitFor();

    const failed = await page.locator('tr.failed').count();
    expect(failed).toBeGreaterThan(0);
    expect(await page.locator('tr.known').count()).toBeGreaterThan(0);
    expect(await notice('warning').innerText()).toContain(
      `${failed} of 120 people could not be loaded`,
    );
    const retry = notice('warning').getByRole('button', { name: /^Try again in / });
    expect(await retry.isDisabled()).toBe(true);
  });

  test('shows the same cycle and people after a reload, but no cycle that Feishu does not list', async () => {
    const page = await open();
    await chooseTeam(page, 24);
    await rows(page).first().waitFor();
    const menus = page.locator('.toolbar select');
    const chosen = async () => [await menus.nth(0).inputValue(), await menus.nth(1).inputValue()];
    const before = await chosen();
    await page.reload();
    await rows(page).first().waitFor();
    expect(await chosen()).toEqual(before);
    expect(await rows(page).count()).toBe(24);

    await page.evaluate("location.hash = 'cycle=1&type=OPEN_ID&people=ou_unknown'");
    await page.getByText('1 of 1 person shown').waitFor();
    expect(await menus.nth(0).inputValue()).not.toBe('');
  });

  test('shows the rows of many people in parts, and finds everyone', async () => {
    const page = await open();
    const ids = demo.emulator.people.slice(0, 250).map(({ openId }) => openId);
    await page.evaluate(`location.hash = 'type=OPEN_ID&people=${ids.join('+')}'`);
    await page.getByText('200 of 250 people shown').waitFor();
    expect(await rows(page).count()).toBe(200);
    await page.getByRole('button', { name: 'Show 50 more' }).click();
    await page.getByText('250 of 250 people shown').waitFor();

    expect(await rows(page).count()).toBe(250);
    expect(await page.locator('.more').count()).toBe(0);
    const last = await rows(page).last().locator('th span').last().innerText();
    await page.reload();
    await page.getByText('200 of 250 people shown').waitFor();
    expect(await rows(page).filter({ hasText: last }).count()).toBe(0);
    await page.getByLabel('Search by name or ID').fill(last);
    await page.getByText('1 of 250 people shown').waitFor();
  });

  test('says that nothing is known of people without data, instead of zeros', async () => {
    const page = await open();
    await page.evaluate("location.hash = 'type=OPEN_ID&people=ou_unknown'");
    await page.locator('tr.absent').waitFor();

    expect(await page.locator('.tile .value').allInnerTexts()).toEqual([
      '1',
      '–',
      '–',
      '–',
      '–',
      '–',
    ]);
    await page.getByText('Not known: there is no data of these people.').waitFor();
  });

  test('tells cycles that could not be loaded from a company without cycles', async () => {
    const page = await open();
    let isFailing = true;
    await page.route('**/graphql', (route) => {
      const { operationName } = route.request().postDataJSON() as { operationName: string };
      if (operationName !== 'Cycles') return route.fallback();
      const data = { semesters: [], currentSemesters: [] };
      return isFailing ? route.abort() : route.fulfill({ json: { data } });
    });
    await page.reload();
    await notice('error').waitFor();
    const menu = page.locator('.toolbar select').first();
    expect(await menu.innerText()).toContain('Not known');

    isFailing = false;
    await notice('error').getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { name: 'There is no review cycle' }).waitFor();
    expect(await menu.innerText()).toContain('None');
    expect(await page.locator('.teams').count()).toBe(0);
  });

  test('tells an unreachable gateway from people without tasks', async () => {
    const page = await open();
    await page.route('**/graphql', (route) => route.abort());
    await page.locator('.teams button').first().click();
    await notice('error').waitFor();

    expect(await notice('error').innerText()).toContain('The gateway cannot be reached');
    expect(await rows(page).count()).toBe(0);
    expect(await page.locator('.tile').count()).toBe(0);
  });
});
