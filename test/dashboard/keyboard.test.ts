import { chromium, type Browser, type Page } from 'playwright-core';
import type { Demo } from '../../examples/dashboard/server/start';
import {
  buildDashboard,
  chooseTeam,
  rows,
  startDashboard,
  visitDashboard,
  type BuiltDashboard,
} from '../support/dashboard';
import { describeWithChromium } from '../support/describe-with-chromium';

jest.setTimeout(120_000);

describeWithChromium('The dashboard with a keyboard', (executablePath) => {
  let built: BuiltDashboard;
  let browser: Browser;
  let demo: Demo;
  let page: Page;

  beforeAll(async () => {
    built = await buildDashboard();
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    demo = await startDashboard(built);
  });
  afterAll(async () => {
    await browser.close();
    await demo.close();
    built.remove();
  });
  beforeEach(async () => {
    ({ page } = await visitDashboard(browser, demo.url));
  });
  afterEach(() => page.context().close());

  const open = { name: 'Choose people…' };

  test('chooses people by name and by pasted IDs, each once', async () => {
    const [first, second] = demo.emulator.people;
    await page.locator('.toolbar').getByRole('button', open).focus();
    await page.keyboard.press('Enter');
    await page.getByLabel('Search the directory').fill(first?.openId ?? '');
    await page.getByRole('checkbox').first().focus();
    await page.keyboard.press('Space');
    await page.getByLabel('Or paste IDs').fill(`${first?.openId}, ${second?.openId}\nou_unknown`);
    await page.getByRole('button', { name: 'Show 3 people' }).focus();
    await page.keyboard.press('Enter');
    await rows(page).first().waitFor();

    expect(await rows(page).count()).toBe(3);
    expect(await page.locator('dialog[open]').count()).toBe(0);
    expect(await rows(page).filter({ hasText: 'ou_unknown' }).innerText()).not.toContain('0');
  });

  test('closes the dialog with Escape, and returns the focus to where it was', async () => {
    await page.locator('.toolbar').getByRole('button', open).focus();
    await page.keyboard.press('Enter');
    await page.locator('dialog[open]').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('dialog[open]').waitFor({ state: 'detached' });

    expect(await page.evaluate('document.activeElement.textContent')).toBe('Choose people…');
  });

  test('skips to the people, and sorts and filters them', async () => {
    await chooseTeam(page, 24);
    await rows(page).first().waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.skip-link').focus();
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('people');

    await page.getByRole('button', { name: 'To do', exact: true }).focus();
    await page.keyboard.press('Enter');
    const head = page.getByRole('columnheader', { name: 'To do' });
    expect(await head.getAttribute('aria-sort')).toBe('descending');
    const counts = (await page.locator('tr.known td.todo').allInnerTexts()).map(Number);
    expect(counts).toEqual([...counts].sort((a, b) => b - a));

    const name = await page.locator('.people .person-name').first().innerText();
    await page.getByLabel('Search by name or ID').fill(name);
    await page.getByText(/^[1-9] of 24 people shown$/).waitFor();
    expect(new Set(await page.locator('.people .person-name').allInnerTexts())).toEqual(
      new Set([name]),
    );
  });

  test('remembers the appearance that was chosen', async () => {
    const background = () =>
      page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    const light = await background();
    await page.getByRole('radio', { name: 'Dark' }).check();
    const dark = await background();
    await page.reload();
    await page.waitForSelector('.empty');

    expect(dark).not.toBe(light);
    expect(await background()).toBe(dark);
  });
});
