import { chromium, type Browser } from 'playwright-core';
import {
  startDashboardServer,
  type DashboardServer,
} from '../../examples/dashboard/server/dashboard-server';
import { startSupergraph, type Supergraph } from '../../examples/supergraph/supergraph';
import { buildDashboard, rows, visitDashboard, type BuiltDashboard } from '../support/dashboard';
import { describeWithChromium } from '../support/describe-with-chromium';

jest.setTimeout(120_000);

describeWithChromium('The dashboard in front of a supergraph', (executablePath) => {
  let built: BuiltDashboard;
  let browser: Browser;
  let supergraph: Supergraph;
  let server: DashboardServer;

  beforeAll(async () => {
    built = await buildDashboard();
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    supergraph = await startSupergraph('apollo');
    server = await startDashboardServer({
      folder: built.folder,
      graphqlUrl: supergraph.url,
      token: supergraph.token,
      config: { nameField: 'name', directory: { idType: 'OPEN_ID', people: [], teams: [] } },
      port: 0,
    });
  });
  afterAll(async () => {
    await browser.close();
    await server.close();
    await supergraph.close();
    built.remove();
  });

  test("shows the names of the supergraph's `User`, without a directory of its own", async () => {
    const { page, faults } = await visitDashboard(browser, server.url);
    const people = supergraph.emulator.people.slice(0, 60);
    await page.locator('.empty').getByRole('button', { name: 'Choose people…' }).click();
    await page.getByLabel('Or paste IDs').fill(people.map(({ openId }) => openId).join('\n'));
    await page.getByRole('button', { name: 'Show 60 people' }).click();
    await rows(page).first().waitFor();
    const shown = await page.locator('tr.known').allInnerTexts();

    expect(shown.length).toBeGreaterThan(40);
    for (const text of shown) {
      const person = people.find(({ openId }) => text.includes(openId));
      expect(text).toContain(person?.name['en-US']);
    }
    expect(faults).toEqual([]);
    await page.context().close();
  });
});
