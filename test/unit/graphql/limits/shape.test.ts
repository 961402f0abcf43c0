import { parse } from 'graphql';
import { countComparisons } from '../../../../src/graphql/limits/comparisons';
import { measure } from '../../../../src/graphql/limits/shape';

const DEEPEST = 20;
const shapeOf = (text: string) => measure(parse(text), DEEPEST);

describe('the shape of a document', () => {
  test('counts its fields, values and variables', () => {
    expect(shapeOf('query($a: [ID!]!) { b: a(c: { d: [1] }) @skip(if: true) { e } }')).toEqual({
      levels: 2,
      selections: 2,
      aliases: 1,
      values: 4,
      variables: 1,
      directives: 1,
      inputLevels: 2,
      nameLength: 1,
    });
  });

  test('counts a fragment once for each spread, and once more for its definition', () => {
    const text = '{ a { ...F } b { ...F } c { ...F } } fragment F on T { x: d e { f } }';
    expect(shapeOf(text)).toMatchObject({
      selections: 3 + 3 + 3 * 3 + 3,
      aliases: 3 + 1,
      levels: 4,
    });
  });

  test('counts the values of arguments once for each spread of their fragment', () => {
    const text = '{ ...F ...F } fragment F on T { a(b: { c: [$d, 1] }) }';
    expect(shapeOf(text)).toMatchObject({ values: 2 * 4 + 4 });
  });

  test('counts fragments within fragments', () => {
    const text = '{ ...A ...A } fragment A on T { ...B ...B } fragment B on T { x: a }';
    expect(shapeOf(text)).toMatchObject({ aliases: 4 + 2 + 1 });
  });

  test('counts aliases of __typename', () => {
    expect(shapeOf('{ a: __typename ... { b: __typename } }')).toMatchObject({ aliases: 2 });
  });

  test('has the longest response name, fragments included', () => {
    const text = '{ abc ... { de: abcdefg } ...F } fragment F on T { a { abcd } }';
    expect(shapeOf(text)).toMatchObject({ nameLength: 4 });
  });

  test('counts each level of inline fragments', () => {
    expect(shapeOf('{ ... { ... { a } } }')).toMatchObject({ levels: 3, selections: 3 });
  });

  test.each([
    ['itself', '{ ...A } fragment A on T { a { ...A } }'],
    ['another one that contains it', '{ ...A } fragment A on T { ...B } fragment B on T { ...A }'],
    ['itself, without being spread', '{ a } fragment A on T { ...A }'],
  ])('is infinite when a fragment contains %s', (_, text) => {
    expect(shapeOf(text).levels).toBe(Infinity);
  });

  test('ignores a missing fragment', () => {
    expect(shapeOf('{ ...Missing }')).toMatchObject({ levels: 1, selections: 1 });
  });

  test.each([
    ['an argument', '{ a(b: [[{ c: [1] }]]) }', 4],
    ['an argument of a directive', '{ a @b(c: [[1]]) }', 2],
    ['a default', 'query($a: A = [[[1]]]) { a }', 3],
    ['a type', 'query($a: [[[[[A!]!]]]]) { a }', 5],
  ])('has the levels of %s', (_, text, inputLevels) => {
    expect(shapeOf(text)).toMatchObject({ inputLevels });
  });

  test('is measured to the deepest level that is allowed', () => {
    const deep = `${'{ a '.repeat(500)}${'}'.repeat(500)}`;
    expect(shapeOf(deep).levels).toBe(DEEPEST + 1);
  });
});

describe('the number of comparisons of fields with the same name', () => {
  test('is 0 when all names differ', () => {
    expect(countComparisons(parse('{ a b c { a b } d: a }'))).toBe(0);
  });

  test('grows with the square of the fields of one name, fragments included', () => {
    const same = (count: number) => countComparisons(parse(`{ ${'a '.repeat(count)} }`));
    expect([same(2), same(10), same(100)]).toEqual([2, 90, 9_900]);
    expect(countComparisons(parse('{ a ... { a } ...F } fragment F on T { a }'))).toBe(6);
  });

  test('includes the fields below', () => {
    expect(countComparisons(parse('{ a { b } a { b } }'))).toBe(4);
  });

  test('grows with the length of arguments, which are printed to be compared', () => {
    const long = `a(b: "${'x'.repeat(1_600)}")`;
    expect(countComparisons(parse(`{ ${long} ${long} }`))).toBeGreaterThan(200);
  });
});
