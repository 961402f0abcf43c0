import fc from 'fast-check';
import {
  addJson,
  hasTexts,
  joinParts,
  JsonText,
  noteTexts,
  type JsonPart,
} from '../../../../src/graphql/render/json-text';

/** Any JSON value, with numbers that JSON has no sign for, lone surrogates and dates. */
const { value: anyData } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    fc.constantFrom(null, true, -0, NaN, Infinity, new Date(0), new Date(NaN), '\ud800', '\u2028'),
    fc.string({ unit: 'binary' }),
    fc.double(),
    fc.array(tie('value')),
    fc.dictionary(fc.string({ unit: 'binary' }), tie('value')),
  ),
}));

function writeJson(data: unknown): string {
  const parts: JsonPart[] = [];
  addJson(parts, data);
  return joinParts(parts).toString();
}

test('Data is written as JSON.stringify writes it', () => {
  fc.assert(
    fc.property(anyData, (data) => {
      expect(writeJson(data)).toBe(JSON.stringify(data));
    }),
    { numRuns: 1_000 },
  );
});

test('A text stands for what it was written from, wherever it is', () => {
  fc.assert(
    fc.property(anyData, anyData, (part, other) => {
      const place = (value: unknown) => ({ list: [[value], other, { value }], value });
      const text = new JsonText(Buffer.from(JSON.stringify(part)));
      expect(writeJson(place(text))).toBe(JSON.stringify(place(part)));
    }),
  );
});

test('Only data that is noted to have texts has them', () => {
  const [data, other] = [{}, {}];
  noteTexts(data);
  expect([data, other].map(hasTexts)).toEqual([true, false]);
});
