import fc from 'fast-check';
import {
  getLocation,
  GraphQLError,
  parse,
  type FieldNode,
  type OperationDefinitionNode,
} from 'graphql';
import { GatewayError } from '../../../src/domain/errors';
import { placeError } from '../../../src/graphql/place-error';

const cause = new GatewayError('FORBIDDEN', 'Not yours.');

function fieldsOf(text: string): FieldNode[] {
  const { selectionSet } = parse(text).definitions[0] as OperationDefinitionNode;
  return selectionSet.selections as unknown as FieldNode[];
}

const locationOf = ({ loc }: FieldNode) => loc && getLocation(loc.source, loc.start);

test('An error has the location of its field, as in graphql-js', () => {
  const gap = fc.array(fc.constantFrom(' ', '\n', '\r', '\r\n', '#审\n'), { maxLength: 5 });
  fc.assert(
    fc.property(fc.array(gap, { minLength: 1, maxLength: 20 }), (gaps) => {
      const text = `{${gaps.map((one) => `${one.join('')} field`).join('')} }`;
      for (const field of fieldsOf(text)) {
        const { locations } = placeError(cause, field, []);
        expect(locations).toEqual([locationOf(field)]);
      }
    }),
  );
});

test('A placed error equals that of graphql-js, without a stack', () => {
  const [field] = fieldsOf('{ field }');
  const expected = new GraphQLError(cause.message, {
    ...(field && { nodes: field }),
    path: ['field', 1],
    originalError: cause,
  });
  const placed = placeError(cause, field, ['field', 1]);

  expect(placed).toBeInstanceOf(GraphQLError);
  expect(placed).toBeInstanceOf(Error);
  expect(placed.toJSON()).toEqual(expected.toJSON());
  expect(placed.originalError).toBe(cause);
  expect(placed.stack).toBeUndefined();
});

test('An error with a place stays unchanged', () => {
  const located = new GraphQLError('Here.');
  expect(placeError(located, undefined, [])).toBe(located);
});

test('A thrown value that is not an error becomes an error', () => {
  const error = placeError('a text', undefined, ['viewer']);
  expect(error).toBeInstanceOf(GraphQLError);
  expect(error).toMatchObject({ message: 'a text', path: ['viewer'] });
});
