import { GraphQLEnumType } from 'graphql';
import { compileLeaf } from '../../../../src/graphql/render/compile-leaf';

test('The texts of an enum are made once for all fields of its type', () => {
  let serialized = 0;
  class CountedEnum extends GraphQLEnumType {
    override serialize(value: unknown) {
      serialized += 1;
      return super.serialize(value);
    }
  }
  const type = new CountedEnum({ name: 'Status', values: { OPEN: {}, DONE: {} } });
  const renders = Array.from({ length: 3 }, () => compileLeaf(type));
  expect(renders.map((render) => render('DONE'))).toEqual(Array(3).fill('"DONE"'));
  expect(serialized).toBe(2);
});
