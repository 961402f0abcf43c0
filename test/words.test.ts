import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Words of sentences without a subject, see CONTRIBUTING.md. */
const BANNED = [
  'nobody',
  'whoever',
  'somebody',
  'anybody',
  'so long',
  'shall',
  'who comes',
  'by which',
  'gone on with',
  'that is not to be had',
];

const ROOT = join(__dirname, '..');
const SEARCHED = [
  'src',
  'test',
  'bench',
  'examples',
  'packages',
  'docs',
  'README.md',
  'README.zh-CN.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
];
const EXCEPT = /^test\/(words\.test\.ts|generated\/)|^packages\/client\/(dist\/|LICENSE)/;

/** A phrase may go on in the next line, of a comment too. */
const GAP = String.raw`(?:\s|\*|//)+`;
const PATTERN = new RegExp(
  String.raw`\b(?:${BANNED.map((phrase) => phrase.replaceAll(' ', GAP)).join('|')})\b`,
  'gi',
);

/** In Markdown, quotes of others stand in code spans and code blocks. Keeps the lines as they are. */
function withoutQuotes(text: string): string {
  return text.replace(/^```.*?^```|`[^`\n]*`/gms, (code) => code.replace(/[^\n]/g, ' '));
}

/** Each banned word in a text, as `file:line: word`. */
function findBanned(file: string, text: string): string[] {
  const searched = file.endsWith('.md') ? withoutQuotes(text) : text;
  return [...searched.matchAll(PATTERN)].map((match) => {
    const line = searched.slice(0, match.index).split('\n').length;
    return `${file}:${line}: ${match[0].replace(/\s+/g, ' ')}`;
  });
}

function filesIn(path: string): string[] {
  if (statSync(path).isFile()) return [path];
  return readdirSync(path).flatMap((name) => filesIn(join(path, name)));
}

test('No file has a banned word', () => {
  const found = SEARCHED.flatMap((path) => filesIn(join(ROOT, path)))
    .map((path) => ({ path, file: relative(ROOT, path).replaceAll('\\', '/') }))
    .filter(({ file }) => !EXCEPT.test(file))
    .flatMap(({ path, file }) => findBanned(file, readFileSync(path, 'utf8')));

  expect(found).toEqual([]);
});

test.each([
  ['a.ts', '// Nobody waits', ['a.ts:1: Nobody']],
  ['a.ts', 'const a = 1;\n// It stays so\n// long.', ['a.ts:2: so // long']],
  ['a.ts', '/**\n * so long as a call\n */', ['a.ts:2: so long']],
  ['a.ts', "test('whoever asks', () => `somebody`);", ['a.ts:1: whoever', 'a.ts:1: somebody']],
  ['a.md', 'The rule by\nwhich it goes', ['a.md:1: by which']],
])('In %s, %j is found', (file, text, expected) => {
  expect(findBanned(file, text)).toEqual(expected);
});

test.each([
  ['a.ts', '// as long as a call waits; a shallow copy; isNobody'],
  ['a.md', 'Feishu says `anybody`.'],
  ['a.md', '```\nshall\n```\nA line'],
])('In %s, %j is not', (file, text) => {
  expect(findBanned(file, text)).toEqual([]);
});
