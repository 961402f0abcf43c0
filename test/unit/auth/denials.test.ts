import { createDenials } from '../../../src/auth/denials';
import { pseudonymOf } from '../../../src/auth/digest';
import type { UserKey } from '../../../src/domain/user';

const principal = {
  kind: 'user',
  name: 'principal',
  policy: 'self',
  ids: [],
  tenantKey: null,
} as const;
const user = (id: number): UserKey => ({ id: `ou_${id}`, idType: 'OPEN_ID' });

test('Denials are counted for each reason, and the first ten users are named', () => {
  const denials = createDenials(principal);
  for (let i = 0; i < 25; i += 1) denials.note(user(i), 'not-own');
  denials.note(user(0), 'no-user-token');

  expect(denials.records()).toEqual([
    {
      principal: { kind: 'user', name: 'principal' },
      reason: 'not-own',
      denied: 25,
      users: Array.from({ length: 10 }, (_, i) => pseudonymOf(user(i))),
    },
    {
      principal: { kind: 'user', name: 'principal' },
      reason: 'no-user-token',
      denied: 1,
      users: [pseudonymOf(user(0))],
    },
  ]);
});

test('A user that is denied many times is named once', () => {
  const denials = createDenials(principal);
  for (let i = 0; i < 5; i += 1) denials.note(user(1), 'not-own');
  expect(denials.records()).toMatchObject([{ denied: 5, users: [pseudonymOf(user(1))] }]);
});

test('There are no records when nothing was denied', () => {
  expect(createDenials(principal).records()).toEqual([]);
});

test('A pseudonym shows the ID type, hides the ID, and differs by both', () => {
  const all = [user(1), user(2), { ...user(1), idType: 'USER_ID' as const }].map(pseudonymOf);
  expect(all[0]).toMatch(/^OPEN_ID [0-9a-f]{12}$/);
  expect(all.join()).not.toContain('ou_');
  expect(new Set(all.map((name) => name.split(' ')[1])).size).toBe(3);
});

test('All denials for one reason share an error, which says nothing of the user', () => {
  const denials = createDenials(principal);
  const error = denials.note(user(1), 'not-own');
  expect(denials.note(user(2), 'not-own')).toBe(error);
  expect(denials.note(user(1), 'no-user-token')).not.toBe(error);
  expect(error).toMatchObject({ code: 'FORBIDDEN', details: {} });
});
