import { join } from 'node:path';
import axe, { type AxeResults } from 'axe-core';
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

/** A folder for screenshots, e.g. `docs/images`. */
const SCREENSHOTS = process.env['DASHBOARD_SCREENSHOTS'];
const LANGUAGES = [
  ['en', 'en-US'],
  ['zh-CN', 'zh-CN'],
] as const;
/** Of each two properties, every pair of values occurs. Screenshots need all looks. */
const LOOKS = (['light', 'dark'] as const).flatMap((colorScheme, i) =>
  [1_280, 390].map((width, j) => ({
    colorScheme,
    width,
    languages: SCREENSHOTS === undefined ? LANGUAGES.slice((i + j) % 2).slice(0, 1) : LANGUAGES,
  })),
);

jest.setTimeout(180_000);

/** What axe finds that hinders many people, or some people completely. */
async function hindrances(page: Page, part = 'html'): Promise<string[]> {
  await page.evaluate(axe.source);
  // Everything else that axe reports is megabytes, which would have to be sent here.
  const violations = await page.evaluate<AxeResults['violations']>(
    `axe.run('${part}', { resultTypes: ['violations'] }).then(({ violations }) => violations)`,
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

/** Elements whose text is wider than they are, except for IDs, which end in an ellipsis. */
const CUT_OFF = `[...document.querySelectorAll('body *')]
  .filter((element) => element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0)
  .filter((element) => getComputedStyle(element).display !== 'inline')
  .filter((element) => !element.closest('.person-id, .visually-hidden, select'))
  .map((element) => element.outerHTML.slice(0, 120))`;

describeWithChromium('The dashboard, for everyone,', (executablePath) => {
  let built: BuiltDashboard;
  let browser: Browser;
  let demo: Demo;

  beforeAll(async () => {
    built = await buildDashboard();
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    demo = await startDashboard(built);
    const [victim] = demo.emulator.people.slice(190);
    // One call of the largest of the teams fails for good.
    demo.emulator.script({
      when: ({ userIds }) => userIds?.includes(victim?.openId ?? '') ?? false,
      answer: { status: 500 },
      times: Infinity,
    });
  });
  afterAll(async () => {
    await browser.close();
    await demo.close();
    built.remove();
  });

  describe.each(LOOKS)('at $width pixels, in $colorScheme colours,', (look) => {
    const { colorScheme, languages, width } = look;
    test.each(languages)('in %s, hinders no one and cuts nothing off', async (name, locale) => {
      const viewport = { width, height: width === 390 ? 1_500 : 1_100 };
      const options = { colorScheme, viewport, locale };
      const { page, faults } = await visitDashboard(browser, demo.url, options);
      expect(await hindrances(page)).toEqual([]);
      await chooseTeam(page, 120);
      await rows(page).first().waitFor();
      if (SCREENSHOTS !== undefined) {
        const suffix = name === 'en' ? '' : `.${name}`;
        const file = `dashboard-${width}-${colorScheme}${suffix}.png`;
        await page.screenshot({ path: join(SCREENSHOTS, file) });
      }
      expect(await page.evaluate(CUT_OFF)).toEqual([]);

      await page.locator('.toolbar select').nth(1).selectOption({ index: 2 });
      await page.locator('.notice.warning').waitFor();
      expect(await hindrances(page)).toEqual([]);
      expect(await page.evaluate(CUT_OFF)).toEqual([]);

      await page.locator('.toolbar button').first().click();
      await page.locator('dialog[open]').waitFor();
      expect(await hindrances(page, 'dialog')).toEqual([]);
      expect(await page.evaluate(CUT_OFF)).toEqual([]);
      expect(faults).toEqual([]);
      await page.context().close();
    });
  });
});
