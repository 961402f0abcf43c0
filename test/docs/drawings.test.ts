import { readdirSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { describeWithChromium } from '../support/describe-with-chromium';
import { linksOf, PAGES, read, ROOT } from '../support/pages';

const DRAWINGS = readdirSync(join(ROOT, 'docs/images')).filter((file) => file.endsWith('.svg'));
const ENGLISH = DRAWINGS.filter((file) => !file.endsWith('.zh-CN.svg'));

/** A text of a drawing, with its edges in pixels of the drawing. */
interface PlacedText {
  readonly content: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const PLACED_TEXTS = `[...document.querySelectorAll('text')].map((text) => {
  const { left, right, top, bottom } = text.getBoundingClientRect();
  return { content: text.textContent, left, right, top, bottom };
})`;

test('Every drawing is on a page of its language', () => {
  const shown = (language: 'en' | 'zh-CN') =>
    PAGES.filter((page) => page.endsWith('.zh-CN.md') === (language === 'zh-CN'))
      .flatMap(linksOf)
      .map(({ target }) => target.replace(/.*\//, ''));

  expect(DRAWINGS.length).toBeGreaterThan(10);
  expect(ENGLISH.filter((file) => !shown('en').includes(file))).toEqual([]);
  const chinese = DRAWINGS.filter((file) => file.endsWith('.zh-CN.svg'));
  expect(chinese.filter((file) => !shown('zh-CN').includes(file))).toEqual([]);
});

test.each(ENGLISH)('%s has the same shapes in Chinese', (file) => {
  const shapes = (name: string) =>
    read(`docs/images/${name}`).replaceAll(/(?<=<(?:text|title)[^>]*>)[^<]*/g, '');

  expect(shapes(file.replace(/\.svg$/, '.zh-CN.svg'))).toBe(shapes(file));
});

describeWithChromium('The texts of a drawing in Chromium', (executablePath) => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  });
  afterAll(() => browser.close());

  test.each(DRAWINGS)('%s are inside and do not overlap', async (file) => {
    const page = await browser.newPage();
    await page.goto(pathToFileURL(join(ROOT, 'docs/images', file)).href);
    const viewBox = await page.evaluate<string>('document.documentElement.getAttribute("viewBox")');
    const [width, height] = viewBox.split(' ').slice(2).map(Number);
    const texts = await page.evaluate<PlacedText[]>(PLACED_TEXTS);
    await page.close();

    expect(texts.length).toBeGreaterThan(5);
    expect(texts.filter((text) => isOutside(text, width ?? 0, height ?? 0))).toEqual([]);
    expect(overlapping(texts)).toEqual([]);
  });
});

function isOutside({ left, right, top, bottom }: PlacedText, width: number, height: number) {
  return left < 0 || right > width || top < 0 || bottom > height;
}

function overlapping(texts: readonly PlacedText[]): [string, string][] {
  return texts.flatMap((one, i) =>
    texts
      .slice(i + 1)
      .filter((other) => overlap(one, other))
      .map(({ content }): [string, string] => [one.content, content]),
  );
}

/** The line boxes of two lines may touch, because letters do not fill them. */
const LEADING = 3;

function overlap(one: PlacedText, other: PlacedText): boolean {
  const wide = Math.min(one.right, other.right) - Math.max(one.left, other.left);
  const high = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
  return wide > 0 && high > LEADING;
}
