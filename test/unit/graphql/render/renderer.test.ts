import {
  Kind,
  parse,
  visit,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
} from 'graphql';
import type { Locale } from '../../../../src/domain/localized-text';
import { rendererOf } from '../../../../src/graphql/render/renderer';
import { buildGatewaySchema } from '../../../../src/graphql/schema';

const schema = buildGatewaySchema();
const TYPE = schema.getType('UserStageTasks') as GraphQLObjectType;
const TASKS = [{ name: { zhCN: '自评', enUS: 'Self review' } }];
const OBJECT = {
  id: 'an ID',
  stale: false,
  fetchedAt: new Date(0),
  stageTasks: () => TASKS,
};

/** The fields of the aliases `a` in a document, which are merged into one. */
function selection(text: string) {
  const document = parse(text);
  const nodes: FieldNode[] = [];
  const fragments: Record<string, FragmentDefinitionNode> = {};
  visit(document, {
    Field: (node) => {
      if (node.alias?.value === 'a') nodes.push(node);
    },
  });
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
  }
  return (variableValues = {}, locale: Locale = 'ZH_CN', merged: readonly FieldNode[] = nodes) =>
    rendererOf(TYPE, merged, { schema, fragments, variableValues, locale });
}

function render(renderer: ReturnType<typeof rendererOf>, object: object = OBJECT): string {
  return renderer.render(object);
}

test('A selection is compiled once for equal variables', () => {
  const rendererFor = selection('{ a: t { id @skip(if: $x) } }');
  expect(rendererFor({ x: true, other: 1 })).toBe(rendererFor({ x: true, other: 2 }));
});

test('The same text in another document is another selection', () => {
  const [one, other] = [selection('{ a: t { id } }'), selection('{ a: t { id } }')];
  expect(one().number).not.toBe(other().number);
});

test.each([
  ['a field', '{ a: t { id @skip(if: $x) } }'],
  ['a fragment', '{ a: t { ...F @skip(if: $x) } } fragment F on UserStageTasks { id }'],
  ['an inline fragment', '{ a: t { ... @skip(if: $x) { id } } }'],
  ['a field of a fragment', '{ a: t { ...F } } fragment F on UserStageTasks { id @skip(if: $x) }'],
  [
    'a fragment of a fragment',
    '{ a: t { ...F } } fragment F on UserStageTasks { ...G } fragment G on UserStageTasks { id @skip(if: $x) }',
  ],
])('A variable at %s changes the text', (_, text) => {
  const rendererFor = selection(text);
  expect(render(rendererFor({ x: false }))).toBe('{"id":"an ID"}');
  expect(render(rendererFor({ x: true }))).toBe('{}');
  expect(render(rendererFor({ x: false }))).toBe('{"id":"an ID"}');
});

test('The language of the request changes the text, and a variable for it does', () => {
  const rendererFor = selection(
    '{ a: t { stageTasks { name { text other: text(locale: $l) } } } }',
  );
  const textOf = (locale: Locale, l?: Locale | null) => {
    const text = render(rendererFor(l === undefined ? {} : { l }, locale));
    return (JSON.parse(text) as { stageTasks: typeof TASKS }).stageTasks[0]?.name;
  };
  expect(textOf('ZH_CN')).toEqual({ text: '自评', other: '自评' });
  expect(textOf('EN_US')).toEqual({ text: 'Self review', other: 'Self review' });
  expect(textOf('EN_US', null)).toEqual({ text: 'Self review', other: 'Self review' });
  expect(textOf('ZH_CN', 'EN_US')).toEqual({ text: '自评', other: 'Self review' });
});

test('A field with arguments is read by the method of the object, with its own arguments', () => {
  const rendererFor = selection('{ a: t { todo: count(option: TODO) other: count(option: $o) } }');
  const object = { count: ({ option }: { option: string }) => option.length };
  expect(render(rendererFor({ o: 'OVERDUE' }), object)).toBe('{"todo":4,"other":7}');
  expect(render(rendererFor({ o: 'DONE' }), object)).toBe('{"todo":4,"other":4}');
});

test('One selection serves all languages where no text depends on them', () => {
  const rendererFor = selection('{ a: t { stageTasks { name { zhCN enUS } } } }');
  expect(rendererFor({}, 'ZH_CN')).toBe(rendererFor({}, 'EN_US'));
});

test('Fields that begin alike and are merged with different ones have different texts', () => {
  const rendererFor = selection('{ a: t { id } }');
  const fields: FieldNode[] = [];
  visit(parse('{ a: t { id } b: t { stale } c: t { fetchedAt } }'), {
    Field(node) {
      if (node.alias) fields.push(node);
    },
  });
  const [first, second, third] = fields as [FieldNode, FieldNode, FieldNode];
  const withNodes = (...nodes: FieldNode[]) => render(rendererFor({}, 'ZH_CN', nodes));

  expect(withNodes(first)).toBe('{"id":"an ID"}');
  expect(withNodes(first, second)).toBe('{"id":"an ID","stale":false}');
  expect(withNodes(first, third)).toBe('{"id":"an ID","fetchedAt":"1970-01-01T00:00:00.000Z"}');
  expect(withNodes(first)).toBe('{"id":"an ID"}');
});

describe('Renderers are limited by the number of their fields', () => {
  const fields = (count: number) => Array.from({ length: count }, (_, i) => `f${i}: id`).join(' ');

  test('all together have at most 50,000, and the least recently used are compiled again', () => {
    const rendererFor = selection(`{ a: t { x: id @skip(if: $x) ${fields(1_000)} } }`);
    const [first] = Array.from({ length: 60 }, (_, x) => rendererFor({ x }).number);
    const last = rendererFor({ x: 59 }).number;
    expect(rendererFor({ x: 59 }).number).toBe(last);
    expect(rendererFor({ x: 0 }).number).not.toBe(first);
  });

  test('one with more than 5,000 is compiled for each execution, and once for it', () => {
    const rendererFor = selection(`{ a: t { ${fields(5_001)} } }`);
    const execution = {};
    expect(rendererFor(execution).number).toBe(rendererFor(execution).number);
    expect(rendererFor({}).number).not.toBe(rendererFor({}).number);
  });
});

test('Two large selections that take turns in one execution are compiled once each', () => {
  const fields = Array.from({ length: 5_001 }, (_, i) => `f${i}: __typename`).join(' ');
  const [one, other] = [
    selection(`{ a: t { ${fields} } }`),
    selection(`{ a: t { id ${fields} } }`),
  ];
  const execution = {};
  const numbers = [1, 2, 3].map(() => [one(execution).number, other(execution).number]);
  expect(new Set(numbers.flat()).size).toBe(2);
});

test('A renderer knows the fields of its first level, whatever their aliases', () => {
  const renderer = selection(
    '{ a: t { old: stale ...F stageTasks { id } } } fragment F on UserStageTasks { fetchedAt }',
  )();
  expect(['stale', 'fetchedAt', 'id'].map((name) => renderer.selects(name))).toEqual([
    true,
    true,
    false,
  ]);
});
