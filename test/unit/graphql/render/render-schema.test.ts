import { JsonText } from '../../../../src/graphql/render/json-text';
import { JSON_TEXT, NotRenderableError } from '../../../../src/graphql/render/render-schema';

test('Only a text can be the value of a rendered field', () => {
  const text = new JsonText('{}');
  expect(JSON_TEXT.serialize(text)).toBe(text);
  for (const value of [{}, '{}', new Date(0)]) {
    expect(() => JSON_TEXT.serialize(value)).toThrow(NotRenderableError);
  }
});
