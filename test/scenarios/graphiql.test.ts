import { chromium, type Browser, type Page } from 'playwright-core';
import { createApp, type App } from '../../src/app';
import { loadConfig } from '../../src/config';
import { changeTasks } from '../support/change-tasks';
import { describeWithChromium } from '../support/describe-with-chromium';
import { startGateway } from '../support/gateway';
import { until } from '../support/until';

/** A file for a screenshot of GraphiQL after it has run its first query, e.g. `docs/images/graphiql.png`. */
const SCREENSHOT = process.env['GRAPHIQL_SCREENSHOT'];
const STUDIO = 'https://studio.apollographql.com';
const LINK = `/graphql?query=${encodeURIComponent('query Linked { __typename }')}`;
const EXECUTE = '.graphiql-execute-button';
const ANSWER = '.graphiql-response .view-lines';
const EDITOR = '.graphiql-query-editor .view-lines';

/** A page and what goes wrong in it. */
interface Visit {
  readonly page: Page;
  /** Requests to other origins. All of them fail. */
  readonly outside: string[];
  /** Errors in the console, uncaught errors, and violations of the policy. */
  readonly faults: string[];
}

/** Opens GraphiQL for the first time. */
async function visit(browser: Browser, url: string, path = '/graphql'): Promise<Visit> {
  const page = await browser.newPage({ viewport: { width: 1_440, height: 1_032 } });
  const outside: string[] = [];
  const faults: string[] = [];
  await page.route('**', (route) => {
    const address = route.request().url();
    if (new URL(address).origin === url) return route.continue();
    outside.push(address);
    return route.abort();
  });
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  page.on('pageerror', ({ message }) => faults.push(message));
  await page.exposeFunction('reportViolation', (directive: string) => faults.push(directive));
  await page.addInitScript(
    "addEventListener('securitypolicyviolation', (event) => reportViolation(event.violatedDirective))",
  );
  await page.goto(url + path);
  await page.waitForSelector(EXECUTE);
  return { page, outside, faults };
}

/** The text of an editor. Monaco shows spaces as no-break spaces. */
async function readText(page: Page, selector: string): Promise<string> {
  const lines = await page.locator(selector).first().innerText();
  return lines.replaceAll('\u00a0', ' ');
}

jest.setTimeout(60_000);

describeWithChromium('GraphiQL in Chromium, without the internet,', (executablePath) => {
  let app: App;
  let browser: Browser;

  beforeAll(async () => {
    app = await createApp(loadConfig({ PORT: '0', LOG_LEVEL: 'silent' }));
    browser = await chromium.launch({ executablePath });
  });
  afterAll(async () => {
    await browser.close();
    await app.close();
  });

  test('runs a query and shows the answer, asks no other server, and keeps its policy', async () => {
    const { page, outside, faults } = await visit(browser, app.url);
    await page.click(EXECUTE);
    await page.waitForSelector(`${ANSWER} >> text=userStageTasks`);
    if (SCREENSHOT !== undefined) await page.screenshot({ path: SCREENSHOT });

    expect(await readText(page, ANSWER)).toMatch(/"data": \{\s*"semester": \{/);
    expect(await page.getAttribute('.graphiql-logo a', 'href')).toBe('explorer');
    expect(new URL(page.url()).search).toBe('');
    expect(outside).toEqual([]);
    expect(faults).toEqual([]);
    await page.close();
  });

  test('completes a field from the schema', async () => {
    const { page, outside, faults } = await visit(browser, app.url);
    await page.click('.graphiql-tab-add');
    await page.click(EDITOR);
    await page.keyboard.press('Control+A');
    await page.keyboard.type('{ upstreamQ');
    await page.waitForSelector('.suggest-widget.visible >> text=upstreamQuota');
    await page.keyboard.press('Enter');
    await page.waitForSelector(`${EDITOR} >> text=upstreamQuota`);

    expect(await readText(page, EDITOR)).toContain('upstreamQuota');
    expect(outside).toEqual([]);
    expect(faults).toEqual([]);
    await page.close();
  });

  test.each([
    ['the examples', '/graphql', ['StageTasks', 'OnePerson', 'RunningCycles', 'Quota']],
    ['a linked query too', LINK, ['Linked', 'StageTasks', 'OnePerson', 'RunningCycles', 'Quota']],
  ])(
    'shows %s, also after a reload, and keeps queries out of the address',
    async (_, path, names) => {
      const { page, faults } = await visit(browser, app.url, path);
      const tabs = page.locator('.graphiql-tab');
      await page.waitForSelector(`${EDITOR} >> text=${names[0] ?? ''}`);
      const first = await tabs.allInnerTexts();
      // GraphiQL stores its tabs a moment later.
      const stored = () =>
        page.evaluate<string | null>("localStorage.getItem('graphiql:tabState')");
      await until(async () => (await stored())?.includes(`query ${names[0] ?? ''}`) ?? false);
      await page.goto(`${app.url}/graphql`);
      await page.waitForSelector(`${EDITOR} >> text=${names[0] ?? ''}`);

      expect(first).toEqual(names);
      expect(await tabs.allInnerTexts()).toEqual(names);
      expect(new URL(page.url()).search).toBe('');
      expect(faults).toEqual([]);
      await page.close();
    },
  );

  test('runs a subscription, shows each change, and closes the stream when it is stopped', async () => {
    const gateway = await startGateway({
      env: { EXPLORER: 'graphiql', CACHE_FRESH_SECONDS: '600' },
    });
    const { openId } = gateway.person(0);
    const subscription = `subscription Live { userStageTasksChanged(semesterId: "${gateway.semesterId}", userIds: ["${openId}"]) { stageTasks { finishedCount } } }`;
    const { page, outside, faults } = await visit(
      browser,
      gateway.url,
      `/graphql?query=${encodeURIComponent(subscription)}`,
    );
    const streams = () => gateway.metric('gateway_streams');
    await page.waitForSelector(`${EDITOR} >> text=Live`);
    await page.click(EXECUTE);
    await page.waitForSelector(`${ANSWER} >> text=finishedCount`);
    await changeTasks(gateway, openId, 4711);
    await page.waitForSelector(`${ANSWER} >> text=4711`);
    const open = await streams();
    // The button stops what it has started.
    await page.click(EXECUTE);
    await until(async () => (await streams()) === 0);

    expect(open).toBe(1);
    expect(outside).toEqual([]);
    expect(faults).toEqual([]);
    await page.close();
    await gateway.close();
  });

  test("lets a page of Apollo Studio's origin send a query", async () => {
    const page = await browser.newPage();
    await page.route(`${STUDIO}/**`, (route) =>
      route.fulfill({ contentType: 'text/html', body: '<title>Studio</title>' }),
    );
    // Chromium asks the user once whether a page of the internet may reach this machine.
    await page.context().grantPermissions(['local-network-access'], { origin: STUDIO });
    await page.goto(STUDIO);
    const answer = await page.evaluate(`fetch(${JSON.stringify(`${app.url}/graphql`)}, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{ upstreamQuota { callsPerMinute } }"}',
    }).then((response) => response.json())`);

    expect(answer).toMatchObject({ data: { upstreamQuota: { callsPerMinute: 20 } } });
    await page.close();
  });
});
