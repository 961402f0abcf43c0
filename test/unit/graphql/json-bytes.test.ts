import fc from 'fast-check';
import { countJsonBytes } from '../../../src/graphql/json-bytes';
import { JsonText, writeJson } from '../../../src/graphql/render/json-text';

const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

test('An answer is as long as its JSON text', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), (data) => {
      expect(countJsonBytes({ data })).toBe(bytesOf({ data }));
    }),
  );
});

test('What JSON leaves out does not count, and a date counts as its text', () => {
  const answer = {
    errors: undefined,
    data: { at: new Date(0), list: [{ at: new Date(0) }, null] },
  };
  expect(countJsonBytes(answer)).toBe(bytesOf(answer));
  expect(countJsonBytes({ errors: undefined })).toBe(bytesOf({}));
});

test('An object without a prototype counts as any other', () => {
  const data: unknown = Object.assign(Object.create(null) as object, { 审核: ['"', '🦊'] });
  expect(countJsonBytes(data)).toBe(bytesOf(data));
});

test('Texts in an answer count as they are sent, at whatever level', () => {
  const text = new JsonText('{"id":"\\"quoted\\""}');
  const answer = {
    data: { user: { tasks: text }, users: [{ tasks: text }], semester: { of: [text, null] } },
  };
  expect(countJsonBytes(answer, writeJson)).toBe(Buffer.byteLength(writeJson(answer)));
});
