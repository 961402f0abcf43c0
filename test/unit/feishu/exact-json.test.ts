import fc from 'fast-check';
import { parseExactJson } from '../../../src/feishu/exact-json';

/** Up to 64 bits; those within ±10^15 are read as numbers. */
const long = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n });
const isLong = (value: bigint) => value.toString().replace('-', '').length >= 16;

/** A JSON value with big integers, as text and as it must be read. */
interface Case {
  readonly json: string;
  readonly value: unknown;
}

/** Without numbers that are long integers in JSON. */
const scalar = fc.jsonValue({ maxDepth: 0 }).filter((value) => !(Math.abs(Number(value)) >= 1e15));
const space = fc.constantFrom('', ' ', '\n\t');
const { tree } = fc.letrec<{ tree: Case; leaf: Case; list: Case; record: Case }>((tie) => ({
  leaf: fc.oneof(
    long.map((value) => ({
      json: value.toString(),
      value: isLong(value) ? value.toString() : Number(value),
    })),
    // JSON.stringify writes -0 as 0.
    scalar.map((value) => ({
      json: JSON.stringify(value),
      value: Object.is(value, -0) ? 0 : value,
    })),
    fc
      .tuple(fc.string(), long, fc.string())
      .map(([before, digits, after]) => `${before}${digits}${after}`)
      .map((value) => ({ json: JSON.stringify(value), value })),
  ),
  list: fc.tuple(fc.array(tie('tree'), { maxLength: 4 }), space).map(([parts, gap]) => ({
    json: `[${gap}${parts.map(({ json }) => json).join(`${gap},${gap}`)}${gap}]`,
    value: parts.map(({ value }) => value),
  })),
  record: fc
    .tuple(fc.array(fc.tuple(fc.string(), tie('tree')), { maxLength: 4 }), space)
    .map(([fields, gap]) => ({
      json: `{${fields.map(([key, { json }]) => `${JSON.stringify(key)}${gap}:${gap}${json}`).join()}}`,
      value: Object.fromEntries(fields.map(([key, { value }]) => [key, value])),
    })),
  tree: fc.oneof({ maxDepth: 3 }, tie('leaf'), tie('list'), tie('record')),
}));

function hasNoLongInteger(json: string): boolean {
  let found = false;
  JSON.parse(json, (_, value: unknown) => {
    found ||= typeof value === 'number' && Math.abs(value) >= 1e15;
  });
  return !found;
}

describe('JSON', () => {
  test('with integers of 64 bits is read with all of their digits', () => {
    fc.assert(
      fc.property(tree, ({ json, value }) => {
        expect(parseExactJson(json)).toEqual(value);
      }),
      { numRuns: 1_000 },
    );
  });

  test('without long integers is read as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.json().filter(hasNoLongInteger), (json) => {
        expect(parseExactJson(json)).toEqual(JSON.parse(json));
      }),
    );
  });

  test.each<[string, unknown]>([
    ['7398765432109876543', '7398765432109876543'],
    ['-7398765432109876543', '-7398765432109876543'],
    ['{"a":18446744073709551615}', { a: '18446744073709551615' }],
    ['[1,9007199254740993 , 2]', [1, '9007199254740993', 2]],
    ['["7398765432109876543"]', ['7398765432109876543']],
    ['["a\\":7398765432109876543"]', ['a":7398765432109876543']],
    ['["\\\\",7398765432109876543]', ['\\', '7398765432109876543']],
    [
      '{"7398765432109876543":7398765432109876543}',
      { '7398765432109876543': '7398765432109876543' },
    ],
    ['0.1234567890123456789', 0.12345678901234568],
    ['1234567890123456789.5', 1_234_567_890_123_456_800],
    ['1e1234567890123456', Infinity],
    ['1234567890123456789e-3', 1_234_567_890_123_456.8],
    ['123456789012345', 123456789012345],
  ])('%s is read as %j', (json, value) => {
    expect(parseExactJson(json)).toEqual(value);
  });

  test.each([
    '',
    '{',
    '[1234567890123456789',
    '["1234567890123456789]',
    'nonsense',
    '[1234567890123456789,]',
    '{1234567890123456789:1}',
    '[0001234567890123456789]',
    `[1234567890123456789,${'"\\"'.repeat(1_000_000)}`,
  ])('that is malformed is refused: %.40j', (text) => {
    expect(() => parseExactJson(text)).toThrow(SyntaxError);
  });

  test('of megabytes of long numbers and escapes is read in linear time', () => {
    const numbers = Array(200_000).fill('1234567890123456789').join();
    expect(parseExactJson(`[${numbers}]`)).toHaveLength(200_000);
    const text = '\\n'.repeat(1_000_000);
    expect(parseExactJson(`[1234567890123456789,"${text}"]`)).toEqual([
      '1234567890123456789',
      '\n'.repeat(1_000_000),
    ]);
  });
});
