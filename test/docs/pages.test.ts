import { posix } from 'node:path';
import { fileVariableOf, SECRET_VARIABLES } from '../../src/config.secrets';
import { VARIABLES } from '../../src/config.variables';
import {
  anchorOf,
  blocksOf,
  BOTH_LANGUAGES,
  fileExists,
  headingsOf,
  linksOf,
  PAGES,
  RECORDS,
  read,
} from '../support/pages';

/** What only those who change the code read is written in English only. */
const ENGLISH_ONLY = [
  'CONTRIBUTING.md',
  'docs/architecture.md',
  'docs/feishu.md',
  'docs/glossary.md',
  'examples/README.md',
];

/** A table of the first page leads on; it does not explain. */
const MAX_LINES_OF_THE_FIRST_PAGE = 150;

test('Every page for users exists in both languages', () => {
  const paired = BOTH_LANGUAGES.flatMap(({ english, chinese }) => [english, chinese]);

  expect(PAGES.filter((page) => !paired.includes(page))).toEqual(ENGLISH_ONLY);
  expect(paired.filter((page) => !fileExists(page))).toEqual([]);
});

describe.each(BOTH_LANGUAGES)('$english and $chinese', ({ english, chinese }) => {
  test('have the same headings', () => {
    const levels = (page: string) => headingsOf(page).map(({ level }) => level);

    expect(levels(chinese)).toEqual(levels(english));
  });

  test('have the same code', () => {
    const code = (page: string) =>
      blocksOf(page).map(({ language, info, code }) => ({
        language,
        info,
        code: withoutComments(code),
      }));

    expect(code(chinese)).toEqual(code(english));
  });

  test('have tables of the same size', () => {
    expect(tableSizes(chinese)).toEqual(tableSizes(english));
  });

  test('link to each other', () => {
    const targets = (page: string) => linksOf(page).map(({ target }) => target);

    expect(targets(english)).toContain(posix.basename(chinese));
    expect(targets(chinese)).toContain(posix.basename(english));
  });
});

/** The comments of a block are translated. */
function withoutComments(code: string): string {
  return code.replaceAll(/(?<=^|\s)(#|\/\/) .*$/gm, '');
}

function tableSizes(page: string): number[] {
  return [...read(page).matchAll(/(?:^ *\|.*\n)+/gm)].map(
    ([table]) => table.trimEnd().split('\n').length,
  );
}

test.each([...PAGES, ...RECORDS])('%s links to files and headings that exist', (page) => {
  const broken = linksOf(page).filter(({ target }) => {
    const [path = '', fragment] = target.split('#');
    const file = path === '' ? page : posix.join(posix.dirname(page), path);
    if (!fileExists(file)) return true;
    if (fragment === undefined) return false;
    return !headingsOf(file).some(({ text }) => anchorOf(text) === fragment);
  });

  expect(broken).toEqual([]);
});

test.each(['README.md', 'README.zh-CN.md'])('%s is short', (page) => {
  expect(read(page).split('\n').length).toBeLessThanOrEqual(MAX_LINES_OF_THE_FIRST_PAGE);
});

test.each(['docs/README.md', 'docs/README.zh-CN.md'])(
  '%s lists every page of its folder',
  (index) => {
    const listed = linksOf(index).map(({ target }) => `docs/${target}`);

    const expected = PAGES.filter((page) => page.startsWith('docs/') && !page.includes('README'))
      .filter((page) => page.endsWith('.zh-CN.md') === index.endsWith('.zh-CN.md'))
      .filter((page) => !listed.includes(page));

    expect(expected).toEqual([]);
  },
);

test.each(['docs/configuration.md', 'docs/configuration.zh-CN.md'])(
  '%s has a row for every variable that the gateway reads',
  (page) => {
    const variables = [...Object.keys(VARIABLES.shape), ...SECRET_VARIABLES.map(fileVariableOf)];
    const firstCells = read(page)
      .split('\n')
      .map((line) => /^\| ([^|]*)\|/.exec(line)?.[1] ?? '');
    const named = firstCells.flatMap((cell) =>
      [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name),
    );

    expect(variables.length).toBeGreaterThan(30);
    expect(variables.filter((name) => !named.includes(name))).toEqual([]);
    expect(named.filter((name) => !variables.includes(name ?? ''))).toEqual([]);
  },
);
