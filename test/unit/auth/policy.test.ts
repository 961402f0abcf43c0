import { mayRead, mayReadEveryone, policyOf, RULES } from '../../../src/auth/policy';
import type { Principal } from '../../../src/domain/principal';
import { UserIdType, type UserKey } from '../../../src/domain/user';
import { createUserSet } from '../../../src/domain/user-set';

const ID_TYPES = Object.values(UserIdType);
const principal = (policy: Principal['policy'], ids: readonly UserKey[] = []): Principal => ({
  kind: 'user',
  name: 'principal',
  policy,
  ids,
  tenantKey: null,
});

test('There are exactly three policies', () => {
  expect(Object.keys(RULES)).toEqual(['all', 'listed', 'self']);
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

describe.each(ID_TYPES)('`listed` by %s', (idType) => {
  const own = { id: 'own', idType: UserIdType.UNION_ID };
  const report = { id: 'report', idType };
  const manager = { ...principal('listed', [own]), reports: createUserSet([report]) };

  test('reads the principal’s own IDs and its reports, and no other', () => {
    expect([mayRead(manager, own), mayRead(manager, { ...report })]).toEqual([true, true]);
    for (const id of ['repor', 'report ', 'REPORT', '', 'has', '__proto__']) {
      expect(mayRead(manager, { id, idType })).toBe(false);
    }
    for (const type of ID_TYPES.filter((type) => type !== idType)) {
      expect(mayRead(manager, { id: 'report', idType: type })).toBe(false);
    }
  });

  test('is the only policy that reads a list, and it does not read everyone in a cycle', () => {
    expect(mayRead({ ...manager, policy: 'self' }, report)).toBe(false);
    expect(mayRead(principal('listed', [own]), report)).toBe(false);
    expect(mayReadEveryone(manager)).toBe(false);
  });
});

test('A check costs one look-up, however many reports there are', () => {
  let idsRead = 0;
  const reports = Array.from({ length: 200 }, (_, i) => ({
    get id() {
      idsRead += 1;
      return `report ${i}`;
    },
    idType: UserIdType.USER_ID,
  }));
  const manager = { ...principal('listed'), reports: createUserSet(reports) };
  expect(idsRead).toBe(200);

  const lookUps = jest.spyOn(Set.prototype, 'has');
  for (let i = 0; i < 400; i += 1) {
    expect(mayRead(manager, { id: `report ${i}`, idType: UserIdType.USER_ID })).toBe(i < 200);
  }
  const made = lookUps.mock.calls.filter(([value]) => String(value).startsWith('report '));
  lookUps.mockRestore();
  expect([made.length, idsRead]).toEqual([400, 200]);
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
