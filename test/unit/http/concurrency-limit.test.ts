import type { Principal } from '../../../src/domain/principal';
import { createConcurrencyLimit } from '../../../src/http/concurrency-limit';

const ADDRESS = '10.0.0.1';
const PERSON: Principal = { kind: 'user', name: 'a', policy: 'self', ids: [], tenantKey: null };
const SERVICE: Principal = { kind: 'service', name: 'a', policy: 'all', ids: [], tenantKey: null };
const LIMITED = expect.objectContaining({ code: 'RATE_LIMITED' }) as Error;

test.each([
  ['a person', PERSON, 2],
  ['a manager', { ...PERSON, policy: 'listed' as const }, 2],
  ['a service', SERVICE, 3],
  ['a user that reads all users', { ...PERSON, policy: 'all' as const }, 3],
  ['a service that reads no user', { ...SERVICE, policy: 'self' as const }, 3],
])('%s has exactly its number of concurrent requests', (_, principal, most) => {
  const acquire = createConcurrencyLimit({ self: 2, other: 3, tenant: null });
  const slots = Array.from({ length: most }, () => acquire(principal, ADDRESS));
  const releases = slots.map((slot) => slot.retain());
  expect(() => acquire(principal, ADDRESS)).toThrow(LIMITED);
  acquire({ ...principal, name: 'b' }, ADDRESS);
  releases[0]?.();
  acquire(principal, ADDRESS);
});

test('A slot is free once all of its holders have released it, and only once', () => {
  const acquire = createConcurrencyLimit({ self: 1, other: 1, tenant: null });
  const slot = acquire(PERSON, ADDRESS);
  const [connection, work] = [slot.retain(), slot.retain()];
  connection();
  expect(() => acquire(PERSON, ADDRESS)).toThrow(LIMITED);
  work();
  work();
  acquire(PERSON, ADDRESS);
  expect(() => acquire(PERSON, ADDRESS)).toThrow(LIMITED);
});

test('A slot that is free stays free when its work begins after the connection has closed', () => {
  const acquire = createConcurrencyLimit({ self: 1, other: 1, tenant: null });
  const slot = acquire(PERSON, ADDRESS);
  slot.retain()();
  slot.retain()();
  acquire(PERSON, ADDRESS);
  expect(() => acquire(PERSON, ADDRESS)).toThrow(LIMITED);
});

test('All principals of one company together have a limit, and other companies another one', () => {
  const acquire = createConcurrencyLimit({ self: 2, other: 3, tenant: 4 });
  const of = (tenantKey: string, name: string) =>
    acquire({ ...PERSON, name, tenantKey }, ADDRESS).retain();
  const [release] = ['a', 'a', 'b', 'b'].map((name) => of('acme', name));
  expect(() => of('acme', 'c')).toThrow('company: expected at most 4 requests at once, got more');
  of('globex', 'a');
  release?.();
  of('acme', 'c');
});

test('Persons with the same ID in two companies have separate limits', () => {
  const acquire = createConcurrencyLimit({ self: 1, other: 1, tenant: 10 });
  acquire({ ...PERSON, tenantKey: 'acme' }, ADDRESS);
  acquire({ ...PERSON, tenantKey: 'globex' }, ADDRESS);
  expect(() => acquire({ ...PERSON, tenantKey: 'acme' }, ADDRESS)).toThrow(LIMITED);
});
