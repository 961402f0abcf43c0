import type { Principal } from '../../../src/domain/principal';
import { createConcurrencyLimit } from '../../../src/http/concurrency-limit';

const ADDRESS = '10.0.0.1';
const PERSON: Principal = { kind: 'user', name: 'a', policy: 'self', ids: [] };
const SERVICE: Principal = { kind: 'service', name: 'a', policy: 'all', ids: [] };
const LIMITED = expect.objectContaining({ code: 'RATE_LIMITED' }) as Error;

test.each([
  ['a person', PERSON, 2],
  ['a service', SERVICE, 3],
  ['a user that reads all users', { ...PERSON, policy: 'all' as const }, 3],
  ['a service that reads no user', { ...SERVICE, policy: 'self' as const }, 3],
])('%s has exactly its number of concurrent requests', (_, principal, most) => {
  const enter = createConcurrencyLimit({ self: 2, other: 3 });
  const places = Array.from({ length: most }, () => enter(principal, ADDRESS));
  const giveBack = places.map((place) => place.keep());
  expect(() => enter(principal, ADDRESS)).toThrow(LIMITED);
  enter({ ...principal, name: 'b' }, ADDRESS);
  giveBack[0]?.();
  enter(principal, ADDRESS);
});

test('A place is free once all of its keepers have given it back, and only once', () => {
  const enter = createConcurrencyLimit({ self: 1, other: 1 });
  const place = enter(PERSON, ADDRESS);
  const [connection, work] = [place.keep(), place.keep()];
  connection();
  expect(() => enter(PERSON, ADDRESS)).toThrow(LIMITED);
  work();
  work();
  enter(PERSON, ADDRESS);
  expect(() => enter(PERSON, ADDRESS)).toThrow(LIMITED);
});
