import fc from 'fast-check';
import { inferUserIdType, type UserIdType } from '../../../src/domain/user';

const ID_TYPES: UserIdType[] = ['OPEN_ID', 'UNION_ID', 'USER_ID', 'PEOPLE_ADMIN_ID'];
const anyType = fc.constantFrom(...ID_TYPES);

describe('the type of a federated user’s ID', () => {
  test('is OPEN_ID when it starts with ou_, for any configured type', () => {
    fc.assert(
      fc.property(fc.string(), anyType, (rest, unprefixed) => {
        expect(inferUserIdType(`ou_${rest}`, unprefixed)).toBe('OPEN_ID');
      }),
    );
  });

  test('is UNION_ID when it starts with on_, for any configured type', () => {
    fc.assert(
      fc.property(fc.string(), anyType, (rest, unprefixed) => {
        expect(inferUserIdType(`on_${rest}`, unprefixed)).toBe('UNION_ID');
      }),
    );
  });

  test.each(['bega29ca', '6967639606963471902', 'OU_1', 'o', 'ou', 'x_ou_1', 'ou-1', ' ou_1', ''])(
    'is the configured type for %j',
    (id) => {
      for (const unprefixed of ID_TYPES) expect(inferUserIdType(id, unprefixed)).toBe(unprefixed);
    },
  );
});
