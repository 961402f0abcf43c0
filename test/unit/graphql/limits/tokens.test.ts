import { parse } from 'graphql';
import { hasTooManyTokens, MAX_TOKENS } from '../../../../src/graphql/limits/tokens';

const repeat = (count: number, text: string) => text.repeat(count);

/** Makes a text long enough to be counted. */
const PADDING = `# ${'x'.repeat(MAX_TOKENS)}\n`;

test.each([
  ['names', (count: number) => repeat(count, 'a ')],
  ['signs', (count: number) => repeat(count, '[')],
  ['texts', (count: number) => repeat(count, '"a b c" ')],
  ['texts with quotes in them', (count: number) => repeat(count, '"a \\" b" ')],
  ['blocks', (count: number) => repeat(count, '"""a " \\""" b""" ')],
  ['numbers', (count: number) => repeat(count, '-1.5e+3 ')],
  ['spreads', (count: number) => repeat(count, '...')],
])('%s are counted one by one', (_, write) => {
  expect(hasTooManyTokens(PADDING + write(MAX_TOKENS))).toBe(false);
  expect(hasTooManyTokens(PADDING + write(MAX_TOKENS + 1))).toBe(true);
});

test('Comments, commas and spaces are not counted', () => {
  expect(hasTooManyTokens(repeat(MAX_TOKENS, ', \n#"a"\n'))).toBe(false);
});

test.each([
  ['a comment', '# '],
  ['a string', '"'],
])('A carriage return ends %s', (_, start) => {
  const text = PADDING + repeat(MAX_TOKENS + 1, `${start}\ra `);
  expect(hasTooManyTokens(text)).toBe(true);
});

test('The count agrees with the parser', () => {
  const field = 'k: b(c: "x", d: [1, $e, { f: "g" }], h: """i""") @j ... on K { l m: n } # o\n';
  const refused = (text: string) => {
    try {
      parse(text, { maxLexicalTokens: MAX_TOKENS });
      return false;
    } catch (error) {
      return String(error).includes('Parsing aborted');
    }
  };
  const texts = Array.from(
    { length: 10 },
    (_, i) => `{ ${repeat(1_500 + i * 80, field)} } ${PADDING}`,
  );
  const outcomes = texts.map(hasTooManyTokens);

  expect(new Set(outcomes).size).toBe(2);
  expect(outcomes).toEqual(texts.map(refused));
});
