import { getOperationAST, parse } from 'graphql';
import { findNullVariable } from '../../../../src/graphql/limits/null-variables';
import { buildGatewaySchema } from '../../../../src/graphql/schema';

const schema = buildGatewaySchema();

function find(text: string, variables: Record<string, unknown>, operationName?: string) {
  const document = parse(text);
  const operation = getOperationAST(document, operationName);
  if (!operation) throw new Error('expected an operation, got none');
  return findNullVariable(schema, document, operation, variables);
}

describe('a null variable of a required value is found', () => {
  test.each([
    ['behind its own default', 'query($v: ID = "1") { semester(id: $v) { id } }'],
    [
      'behind the default of the argument',
      'query($v: UserIdType) { users(ids: [], idType: $v) { id } }',
    ],
    ['in a list', 'query($v: ID = "1") { users(ids: [$v]) { id } }'],
    [
      'in a filter',
      'query($v: TaskOption = TODO) { user(id: "a") { stageTasks(semesterId: "1", filter: { options: [$v] }) { id } } }',
    ],
    ['in a directive', 'query($v: Boolean = true) { __typename @skip(if: $v) }'],
    [
      'in a fragment',
      'query($v: ID = "1") { ...F } fragment F on Query { semester(id: $v) { id } }',
    ],
  ])('%s', (_, text) => {
    expect(find(text, { v: null })).toMatchObject({ name: 'v' });
  });
});

describe('a variable is not reported', () => {
  test.each([
    [
      'that may be null',
      'query($v: Int) { user(id: "a") { stageTasks(semesterId: "1", maxAgeSeconds: $v) { id } } }',
      { v: null },
    ],
    ['that is left out', 'query($v: ID = "1") { semester(id: $v) { id } }', {}],
    ['that is null and not used', 'query($v: ID = "1") { semester(id: "1") { id } }', { v: null }],
    ['that is null and not declared', '{ semester(id: "1") { id } }', { v: null }],
  ])('%s', (_, text, variables) => {
    expect(find(text, variables)).toBeUndefined();
  });

  test('in a fragment that only another operation spreads', () => {
    const text =
      'query A($v: ID) { __typename } query B($v: ID = "1") { ...F } fragment F on Query { semester(id: $v) { id } }';
    expect(find(text, { v: null }, 'A')).toBeUndefined();
    expect(find(text, { v: null }, 'B')).toMatchObject({ name: 'v' });
  });

  test('of another operation', () => {
    const text =
      'query A($v: ID = "1") { semester(id: $v) { id } } query B($v: Int) { __typename }';
    expect(find(text, { v: null }, 'B')).toBeUndefined();
  });
});
