import fc from 'fast-check';
import {
  buildSchema,
  getArgumentValues,
  getOperationAST,
  getVariableValues,
  Kind,
  parse,
  type FieldNode,
  type GraphQLField,
} from 'graphql';
import { createArgumentsReader } from '../../../../src/graphql/limits/read-arguments';
import { createVariablesReader } from '../../../../src/graphql/limits/read-variables';

const schema = buildSchema(`
  scalar Any
  enum Color { RED BLUE }
  input Input { number: Int = 1 colors: [Color!] inner: Input id: ID! = "x" }
  type Query {
    field(
      number: Int
      requiredNumber: Int!
      defaultNumber: Int = 3
      requiredDefault: Int! = 4
      nullDefault: Int = null
      ids: [ID!]! = ["a", "b"]
      color: Color! = RED
      input: Input = { number: 5 }
      inputs: [Input!]
      any: Any
    ): Int
  }
`);
const queryField = schema.getQueryType()?.getFields()['field'] as GraphQLField<unknown, unknown>;

const NAMES = ['a', 'b', 'c', 'toString', '__proto__'];
const TYPES = [
  'Int',
  'Int!',
  'ID!',
  '[Int]',
  '[ID!]!',
  '[[ID]!]',
  'Color',
  '[Color!]',
  'Input',
  '[Input!]!',
  'Any',
];
const LITERALS = ['1', '"x"', 'RED', 'null', 'true', '[1, null]', '["x"]', '{ number: 2 }', '[]'];
const WITH_VARIABLES = ['[$a]', '{ number: $b }', '[{ id: $a, inner: { number: $c } }]'];

const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(null, 0, 7, 1.5, 'x', 'RED', 'BLUE', true, {}),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('number', 'colors', 'inner', 'id', 'other'), tie('value')),
  ),
}));

const name = fc.constantFrom(...NAMES);
const variables = fc.dictionary(name, fc.option(value, { nil: undefined }), {
  noNullPrototype: true,
});
const definitions = fc
  .dictionary(name, fc.tuple(fc.constantFrom(...TYPES), fc.option(fc.constantFrom(...LITERALS))), {
    minKeys: 1,
    maxKeys: 2,
  })
  .map((types) =>
    Object.entries(types)
      .map(([of, [type, literal]]) => `$${of}: ${type}${literal ? ` = ${literal}` : ''}`)
      .join(' '),
  );
const argumentName = fc.constantFrom(...queryField.args.map((argument) => argument.name));
const argumentText = fc.oneof(fc.constantFrom(...LITERALS, ...WITH_VARIABLES), {
  weight: 3,
  arbitrary: name.map((of) => `$${of}`),
});
/** The required argument is always given, because no argument is read without it. */
const given = fc
  .tuple(argumentText, fc.dictionary(argumentName, argumentText, { maxKeys: 4 }))
  .map(([required, others]) =>
    Object.entries({ requiredNumber: required, ...others })
      .map(([of, text]) => `${of}: ${text}`)
      .join(' '),
  );

function operationOf(text: string) {
  const operation = getOperationAST(parse(text));
  const node = operation?.selectionSet.selections[0];
  if (!operation || node?.kind !== Kind.FIELD) {
    throw new Error('text: expected an operation with a field, got none');
  }
  return { operation, node };
}

/** The own properties in their order; the prototype of the object does not matter. */
const entriesOf = (values: object | undefined) => values && Object.entries(values);

test('Variables are read as graphql-js coerces them', () => {
  fc.assert(
    fc.property(definitions, variables, (defined, values) => {
      const { operation } = operationOf(`query(${defined}) { field }`);
      const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], values);
      const read = createVariablesReader(schema, operation);
      expect(entriesOf(read(values))).toStrictEqual(entriesOf(coerced));
    }),
    { numRuns: 1_000 },
  );
});

test('Arguments are read as graphql-js reads them', () => {
  fc.assert(
    fc.property(given, variables, (text, values) => {
      const { node } = operationOf(`{ field(${text}) }`);
      const read = createArgumentsReader(queryField, node);
      expect(entriesOf(read(values))).toStrictEqual(entriesOf(expectedArguments(node, values)));
    }),
    { numRuns: 1_000 },
  );
});

function expectedArguments(node: FieldNode, values: Record<string, unknown>) {
  try {
    return getArgumentValues(queryField, node, values);
  } catch {
    return undefined;
  }
}
