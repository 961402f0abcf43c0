import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(__dirname, '../..');
export const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

const pagesIn = (directory: string) =>
  readdirSync(join(ROOT, directory))
    .filter((name) => name.endsWith('.md'))
    .map((name) => (directory === '.' ? name : `${directory}/${name}`));

/** Every page of the documentation, in both languages. Decisions and the changelog are records. */
export const PAGES = [
  ...pagesIn('.').filter((page) => page !== 'CHANGELOG.md'),
  ...pagesIn('docs'),
  ...pagesIn('examples'),
];

/** Pages whose links are followed too. */
export const RECORDS = ['CHANGELOG.md', 'src/emulator/README.md', ...pagesIn('docs/decisions')];

const CHINESE = '.zh-CN.md';

/** The pages that exist in both languages, by their English name. */
export const BOTH_LANGUAGES = PAGES.filter((page) => page.endsWith(CHINESE)).map((chinese) => ({
  english: chinese.replace(CHINESE, '.md'),
  chinese,
}));

/** A fenced block of code. */
export interface CodeBlock {
  readonly page: string;
  /** The line of the opening fence, from 1. */
  readonly line: number;
  readonly language: string;
  /** What follows the language, such as `as=person`. */
  readonly info: string;
  readonly code: string;
}

const FENCE = /^( *)```(\S*) *(.*)\n([^]*?)^\1```$/gm;

export function blocksOf(page: string): CodeBlock[] {
  const text = read(page);
  return [...text.matchAll(FENCE)].map(
    ({ index, 1: indent = '', 2: language = '', 3: info = '', 4: code = '' }) => ({
      page,
      line: text.slice(0, index).split('\n').length,
      language,
      info,
      code: code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    }),
  );
}

export interface Heading {
  readonly level: number;
  readonly text: string;
}

export function headingsOf(page: string): Heading[] {
  const prose = read(page).replaceAll(FENCE, '');
  return [...prose.matchAll(/^(#+) (.*)$/gm)].map(([, marks = '', text = '']) => ({
    level: marks.length,
    text,
  }));
}

/** The fragment that GitHub gives a heading. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
}

export interface Link {
  readonly page: string;
  readonly target: string;
}

/** Links and images to files of the project, as they are written. */
export function linksOf(page: string): Link[] {
  const prose = read(page).replaceAll(FENCE, '');
  const written = [
    ...prose.matchAll(/\]\(([^)\s]+)\)/g),
    ...prose.matchAll(/(?:src|srcset|href)="([^"]+)"/g),
  ];
  return written
    .map(([, target = '']) => ({ page, target }))
    .filter(({ target }) => !/^(https?:|mailto:)/.test(target));
}

export function fileExists(path: string): boolean {
  return existsSync(join(ROOT, path));
}
