import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { startDemo, type Demo, type DemoOptions } from '../../examples/dashboard/server/start';
import { ROOT } from './pages';

const run = promisify(execFile);
const VITE = join(ROOT, 'node_modules/vite/bin/vite.js');
const CONFIG = join(ROOT, 'examples/dashboard/vite.config.mjs');

/** A build of the dashboard in a folder of its own, so that test files do not disturb each other. */
export interface BuiltDashboard {
  readonly folder: string;
  remove(): void;
}

export async function buildDashboard(): Promise<BuiltDashboard> {
  const folder = mkdtempSync(join(tmpdir(), 'dashboard-'));
  const args = [VITE, 'build', '--config', CONFIG, '--outDir', folder, '--logLevel', 'warn'];
  await run(process.execPath, args, { cwd: ROOT });
  return {
    folder,
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The demo with a silent gateway, on a free port. */
export function startDashboard(
  { folder }: BuiltDashboard,
  options: Omit<DemoOptions, 'folder' | 'port'> = {},
): Promise<Demo> {
  const env = { LOG_LEVEL: 'silent', ...options.env };
  return startDemo({ ...options, env, folder, port: 0 });
}

/** An open dashboard, and what goes wrong in it. */
export interface DashboardVisit {
  readonly page: Page;
  /** Requests to other origins. All of them fail. */
  readonly outside: string[];
  /** Uncaught errors, errors in the console except for failed requests, and violations of the policy. */
  readonly faults: string[];
  /** The names of the operations sent so far. */
  readonly operations: string[];
}

export async function visitDashboard(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<DashboardVisit> {
  const page = await browser.newPage({ locale: 'en-US', ...options });
  page.setDefaultTimeout(30_000);
  const outside: string[] = [];
  const faults: string[] = [];
  const operations: string[] = [];
  await page.route('**', (route) => {
    const address = route.request().url();
    if (new URL(address).origin === url) return route.continue();
    outside.push(address);
    return route.abort();
  });
  page.on('request', (request) => {
    const body = request.postDataJSON() as { operationName?: string } | null;
    if (body?.operationName !== undefined) operations.push(body.operationName);
  });
  page.on('console', (message) => {
    const isFailedRequest = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !isFailedRequest) faults.push(message.text());
  });
  page.on('pageerror', ({ message }) => faults.push(message));
  await page.exposeFunction('reportViolation', (directive: string) => faults.push(directive));
  await page.addInitScript(
    "addEventListener('securitypolicyviolation', (event) => reportViolation(event.violatedDirective))",
  );
  await page.goto(url);
  await page.waitForSelector('.empty');
  return { page, outside, faults, operations };
}

/** Chooses the running half-year, which has past, open and future stages, and the team of this many people. */
export async function chooseTeam(page: Page, size: number): Promise<void> {
  const cycle = page.locator('.toolbar select').first();
  const halfYear = cycle.locator('option', { hasText: /H2|下半年/ }).first();
  await halfYear.waitFor({ state: 'attached' });
  await cycle.selectOption(await halfYear.getAttribute('value'));
  await page.locator('.teams button', { hasText: `${size}` }).click();
}

export const rows = (page: Page) => page.locator('.people tbody tr');
