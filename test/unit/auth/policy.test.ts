import { mayRead, policyOf, RULES } from '../../../src/auth/policy';
import type { Principal } from '../../../src/domain/principal';
import { UserIdType, type UserKey } from '../../../src/domain/user';

const ID_TYPES = Object.values(UserIdType);
const principal = (policy: Principal['policy'], ids: readonly UserKey[] = []): Principal => ({
  kind: 'user',
  name: 'principal',
  policy,
  ids,
  tenantKey: null,
});

test('There are exactly two policies', () => {
  expect(Object.keys(RULES)).toEqual(['all', 'self']);
});

test.each(ID_TYPES)('`all` reads any user by %s, with or without an ID of its own', (idType) => {
  expect(mayRead(principal('all'), { id: 'x', idType })).toBe(true);
  expect(mayRead(principal('all', [{ id: 'y', idType }]), { id: 'x', idType })).toBe(true);
});

describe.each(ID_TYPES)('`self` by %s', (idType) => {
  const own = { id: 'ou_own', idType };

  test('reads each of the principal’s own IDs', () => {
    const other = { id: 'second', idType: UserIdType.UNION_ID };
    const one = principal('self', [own, other]);
    expect([mayRead(one, own), mayRead(one, other)]).toEqual([true, true]);
    expect(mayRead(one, { ...own })).toBe(true);
  });

  test.each(['ou_ow', 'ou_own ', 'OU_OWN', 'ou_own\u0000', '', 'ou_other'])(
    'reads no user by %j, which only resembles the own ID',
    (id) => {
      expect(mayRead(principal('self', [own]), { id, idType })).toBe(false);
    },
  );

  test('reads no user by the same text of another ID type', () => {
    const others = ID_TYPES.filter((type) => type !== idType);
    const answers = others.map((type) =>
      mayRead(principal('self', [own]), { id: own.id, idType: type }),
    );
    expect(answers).toEqual([false, false, false]);
  });

  test('reads no user for a principal without an ID', () => {
    expect(mayRead(principal('self'), own)).toBe(false);
  });
});

test.each([
  [['tasks:all'], 'tasks:all', 'all'],
  [['openid', 'tasks:all'], 'tasks:all', 'all'],
  [['tasks:al', 'tasks:all2', 'TASKS:ALL'], 'tasks:all', 'self'],
  [[], 'tasks:all', 'self'],
  [['tasks:all'], null, 'self'],
  [['', 'null'], null, 'self'],
] as const)('The scopes %j, where %j grants all, grant %s', (scopes, allScope, policy) => {
  expect(policyOf(scopes, allScope)).toBe(policy);
});
