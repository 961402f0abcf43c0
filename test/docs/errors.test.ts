import { CODE_ROWS, type FailureRow } from '../../src/feishu/error-table';
import { read } from '../support/pages';

/** The members of the type `ErrorCode`, which exists only before compilation. */
const OWN_CODES = [
  ...(read('src/domain/errors.ts').split('export interface')[0] ?? '').matchAll(/'([A-Z_]+)'/g),
].map(([, code = '']) => code);

/** The first cells of a page's table rows. */
const firstCells = (page: string) =>
  [...read(page).matchAll(/^\| ([^|]+)\|/gm)].map(([, cell = '']) => cell.trim());

describe.each(['docs/errors.md', 'docs/errors.zh-CN.md'])('%s', (page) => {
  test('has a row for every code of the gateway', () => {
    const rows = firstCells(page).join(' ');

    expect(OWN_CODES.length).toBeGreaterThan(10);
    expect(OWN_CODES.filter((code) => !rows.includes(`\`${code}\``))).toEqual([]);
  });
});

describe.each(['docs/feishu-setup.md', 'docs/feishu-setup.zh-CN.md'])('%s', (page) => {
  const named = firstCells(page).flatMap((cell) => cell.match(/\d{5,}/g) ?? []);

  test('names codes of Feishu that the gateway knows', () => {
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((code) => !CODE_ROWS.has(Number(code)))).toEqual([]);
  });

  test('names every code for which the operator has to change the app', () => {
    const kinds: FailureRow['kind'][] = ['permission_denied', 'consent_missing', 'quota_exhausted'];
    const codes = [...CODE_ROWS].filter(([, { kind }]) => kinds.includes(kind));

    expect(codes.map(([code]) => String(code)).filter((code) => !named.includes(code))).toEqual([]);
  });
});
