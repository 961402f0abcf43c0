import fc from 'fast-check';
import { countJsonBytes } from '../../../src/graphql/json-bytes';
import { anyCharacter } from '../../support/any-text';

const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

test('An answer counts as many bytes as its JSON text', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: anyCharacter }), (data) => {
      expect(countJsonBytes({ data })).toBe(bytesOf({ data }));
    }),
  );
});

test('Undefined fields do not count, and a date counts as its text', () => {
  const answer = {
    errors: undefined,
    data: { at: new Date(0), list: [{ at: new Date(0) }, null] },
  };
  expect(countJsonBytes(answer)).toBe(bytesOf(answer));
  expect(countJsonBytes({ errors: undefined })).toBe(bytesOf({}));
});

test('An object without a prototype counts like any other', () => {
  const data: unknown = Object.assign(Object.create(null) as object, { 审核: ['"', '🦊'] });
  expect(countJsonBytes(data)).toBe(bytesOf(data));
});
