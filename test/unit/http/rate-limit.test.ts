import type { FastifyRequest } from 'fastify';
import { addressOf, createRateLimit, keyOf } from '../../../src/http/rate-limit';
import { ANONYMOUS, type Principal } from '../../../src/domain/principal';
import { ManualClock } from '../../support/manual-clock';

const service: Principal = { kind: 'service', name: 'a', policy: 'all', ids: [], tenantKey: null };

test('A principal is the same from any address, and differs by its kind', () => {
  expect(keyOf(service, '10.0.0.1')).toBe(keyOf(service, '10.0.0.2'));
  expect(keyOf({ ...service, kind: 'user' }, '10.0.0.1')).not.toBe(keyOf(service, '10.0.0.1'));
});

test('An anonymous client is its IPv4 address or its IPv6 network', () => {
  expect(keyOf(ANONYMOUS, '10.0.0.1')).not.toBe(keyOf(ANONYMOUS, '10.0.0.2'));
  expect(keyOf(ANONYMOUS, '::ffff:10.0.0.1')).toBe(keyOf(ANONYMOUS, '10.0.0.1'));
  expect(keyOf(ANONYMOUS, '2001:db8::1')).toBe(keyOf(ANONYMOUS, '2001:db8::2'));
  expect(keyOf(ANONYMOUS, '2001:db8:1::1')).not.toBe(keyOf(ANONYMOUS, '2001:db8:2::1'));
});

test.each([
  ['1.2.3.4', '1.2.3.4'],
  ['1.2.3.4:5678', '1.2.3.4'],
  ['2001:db8::1', '2001:db8::'],
  ['[2001:db8::1]', '2001:db8::'],
  ['[2001:db8::1]:443', '2001:db8::'],
  ['1.2.3.4:5678:9', '10.0.0.1'],
  ['1.2.3.4:', '10.0.0.1'],
  ['[1.2.3.4', '10.0.0.1'],
  ['[unknown]:443', '10.0.0.1'],
  ['unknown', '10.0.0.1'],
])('A trusted proxy that forwards %s has a client at %s', (ip, address) => {
  const raw = { socket: { remoteAddress: '10.0.0.1' } } as FastifyRequest['raw'];
  expect(addressOf({ ip, raw })).toBe(address);
});

test('The name of a principal never counts as an address', () => {
  const sly = { ...service, name: '10.0.0.1' };
  expect(keyOf(sly, '10.0.0.9')).not.toBe(keyOf(ANONYMOUS, '10.0.0.1'));
});

describe('a rate limit', () => {
  test('accepts exactly its number of requests in a minute, for each principal', () => {
    const clock = new ManualClock();
    const count = createRateLimit(3, clock.now);
    const countService = () => {
      count(service, '10.0.0.1');
    };
    for (let i = 0; i < 3; i += 1) countService();
    clock.advance(20_000);
    expect(countService).toThrow(
      expect.objectContaining({ code: 'RATE_LIMITED', details: { retryAfterMs: 40_000 } }) as Error,
    );
    count({ ...service, name: 'b' }, '10.0.0.1');
    clock.advance(40_000);
    expect(countService).toThrow();
    clock.advance(1);
    countService();
  });

  test('of 0 accepts every request', () => {
    const count = createRateLimit(0, new ManualClock().now);
    for (let i = 0; i < 10; i += 1) count(service, '10.0.0.1');
  });
});
