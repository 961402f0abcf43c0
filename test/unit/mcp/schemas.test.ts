import { buildSchema, getOperationAST, parse } from 'graphql';
import { inputSchemaOf } from '../../../src/mcp/input-schema';
import { outputSchemaOf } from '../../../src/mcp/output-schema';

const SCHEMA = buildSchema(`
  scalar DateTime
  scalar Anything
  "A group of tasks."
  enum Option { "Not done." TODO "Done." DONE }
  enum Plain { A }
  input Range { "Not before this." from: DateTime  until: DateTime! }
  input Tree { name: String!  size: Int! = 1  children: [Tree!] }
  type Query {
    "A person."
    user("The ID of the person." id: ID!): User!
    users("The IDs." ids: [ID!]!, filter: Range, options: [Option!], any: Anything): [User]!
    tree(tree: Tree, ratio: Float, plain: Plain): Boolean!
    node: Node
    anything: Anything
  }
  "Someone who has tasks."
  type User { "An opaque ID." id: ID!  name: String  options: [Option]  boss: User  due: DateTime! }
  type Task { id: ID!  user: User! }
  union Node = User | Task
`);

const input = (text: string) => {
  const document = parse(text);
  return inputSchemaOf(SCHEMA, document, getOperationAST(document) as never);
};
const output = (text: string) => {
  const document = parse(text);
  const schema = outputSchemaOf(SCHEMA, document, getOperationAST(document) as never);
  return (schema['properties'] as Record<string, unknown>)['data'];
};

describe('The arguments of a tool', () => {
  test('are the variables, with what the schema says about their use', () => {
    expect(
      input(`query ($id: ID!, $ids: [ID!]!, $from: DateTime, $options: [Option!]) {
        user(id: $id) { id }
        users(ids: $ids, filter: { from: $from, until: "2026-01-01T00:00:00Z" }, options: $options) { id }
      }`),
    ).toEqual({
      type: 'object',
      properties: {
        id: { type: 'string', description: 'The ID of the person.' },
        ids: { type: 'array', items: { type: 'string' }, description: 'The IDs.' },
        from: { type: 'string', format: 'date-time', description: 'Not before this.' },
        options: {
          type: 'array',
          items: { type: 'string', enum: ['TODO', 'DONE'] },
          description: 'TODO: Not done.\nDONE: Done.',
        },
      },
      required: ['id', 'ids'],
      additionalProperties: false,
    });
  });

  test('that have a default value are not required', () => {
    expect(input('query ($id: ID! = "7") { user(id: $id) { id } }')).toMatchObject({
      properties: { id: { default: '7' } },
    });
    expect(input('query ($id: ID! = "7") { user(id: $id) { id } }')).not.toHaveProperty('required');
  });

  test('have the description that the operation gives them', () => {
    expect(input('query ("The person who asks." $id: ID!) { user(id: $id) { id } }')).toMatchObject(
      { properties: { id: { description: 'The person who asks.' } } },
    );
  });

  test('are found in fragments', () => {
    expect(
      input('query ($id: ID!) { ...A } fragment A on Query { user(id: $id) { id } }'),
    ).toMatchObject({ properties: { id: { description: 'The ID of the person.' } } });
  });

  test('may be objects, which know no other fields', () => {
    expect(input('query ($r: Range) { users(ids: [], filter: $r) { id } }')).toMatchObject({
      properties: {
        r: {
          type: 'object',
          properties: {
            from: { type: 'string', format: 'date-time', description: 'Not before this.' },
            until: { type: 'string', format: 'date-time' },
          },
          required: ['until'],
          additionalProperties: false,
        },
      },
    });
  });

  test('may be objects that contain themselves', () => {
    expect(
      input('query ($t: Tree, $n: Float, $p: Plain) { tree(tree: $t, ratio: $n, plain: $p) }'),
    ).toMatchObject({
      properties: {
        t: {
          properties: {
            size: { type: 'integer' },
            children: { type: 'array', items: { type: 'object' } },
          },
          required: ['name'],
        },
        n: { type: 'number' },
        p: { type: 'string', enum: ['A'] },
      },
    });
  });

  test('of an unknown scalar may have any value', () => {
    expect(input('query ($a: Anything) { users(ids: [], any: $a) { id } }')).toMatchObject({
      properties: { a: {} },
    });
  });
});

const USER = { type: 'object', description: 'A person.' };

describe('The result of a tool', () => {
  test('has the selected fields under their aliases, and null where the schema allows it', () => {
    expect(
      output('{ a: user(id: 7) { key: id name options due __typename boss { id } } }'),
    ).toEqual({
      type: ['object', 'null'],
      properties: {
        a: {
          ...USER,
          properties: {
            key: { type: 'string', description: 'An opaque ID.' },
            name: { type: ['string', 'null'] },
            options: {
              type: ['array', 'null'],
              items: { type: ['string', 'null'], enum: ['TODO', 'DONE', null] },
            },
            due: { type: 'string', format: 'date-time' },
            __typename: { type: 'string' },
            boss: {
              type: ['object', 'null'],
              properties: { id: { type: 'string', description: 'An opaque ID.' } },
              required: ['id'],
            },
          },
          required: ['key', 'name', 'options', 'due', '__typename', 'boss'],
        },
      },
      required: ['a'],
    });
  });

  test('merges what several selections of one field select', () => {
    expect(
      output(`query { ...A user(id: 7) { boss { id } } }
        fragment A on Query { user(id: 7) { boss { name } ... on User { due } } }`),
    ).toMatchObject({
      properties: {
        user: {
          properties: { boss: { required: ['name', 'id'] }, due: {} },
          required: ['boss', 'due'],
        },
      },
      required: ['user'],
    });
  });

  test.each([
    ['a field', 'user(id: 7) { id name @skip(if: $a) }'],
    ['a fragment', 'user(id: 7) { id ... @include(if: $a) { name } }'],
    ['a named fragment', 'user(id: 7) { id ...N @include(if: $a) }'],
  ])('may lack %s that a directive leaves out', (_, selection) => {
    const names = selection.includes('...N') ? 'fragment N on User { name }' : '';

    expect(output(`query ($a: Boolean!) { ${selection} } ${names}`)).toMatchObject({
      properties: {
        user: { properties: { name: { type: ['string', 'null'] } }, required: ['id'] },
      },
    });
  });

  test('has a field that is selected once with a condition and once without', () => {
    expect(
      output('query ($a: Boolean!) { user(id: 7) { name @skip(if: $a) name } }'),
    ).toMatchObject({ properties: { user: { required: ['name'] } } });
  });

  test('of several possible types requires no field of one of them', () => {
    expect(
      output('{ node { __typename ... on User { name } ... on Task { user { id } } } }'),
    ).toMatchObject({
      properties: {
        node: {
          properties: { name: { type: ['string', 'null'] }, user: { type: 'object' } },
          required: ['__typename'],
        },
      },
    });
  });

  test('may be anything where the schema does not say what it is', () => {
    expect(output('{ anything __schema { queryType { name } } }')).toMatchObject({
      properties: { anything: {}, __schema: {} },
      required: ['anything', '__schema'],
    });
  });
});
