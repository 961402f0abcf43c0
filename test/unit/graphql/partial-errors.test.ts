import { GraphQLError } from 'graphql';
import { GatewayError } from '../../../src/domain/errors';
import { addPartialErrors } from '../../../src/graphql/partial-errors';
import { placeError } from '../../../src/graphql/place-error';

const error = placeError(new GatewayError('FORBIDDEN', 'Not yours.'), undefined, ['list', 1, 'a']);
const add = (data: Record<string, unknown> | null, errors?: GraphQLError[]) =>
  addPartialErrors({ data, ...(errors && { errors }) }, { partialErrors: [error] }).errors;

test('An error of a field that has a value comes after the other errors', () => {
  const other = new GraphQLError('other');
  expect(add({ list: [null, { a: {} }] })).toEqual([error]);
  expect(add({ list: [null, { a: {} }] }, [other])).toEqual([other, error]);
});

test('An error of a field that the response does not have is left out', () => {
  for (const data of [null, { list: null }, { list: [{ a: 1 }] }, { list: [0, { a: null }] }]) {
    expect(add(data)).toBeUndefined();
  }
});

test('Each error is added once', () => {
  const partialErrors = [error];
  const data = { list: [null, { a: 1 }] };
  addPartialErrors({ data }, { partialErrors });
  expect(addPartialErrors({ data }, { partialErrors })).toEqual({ data });
});
