import { mostActive, OTHERS } from '../../../src/tenants/most-active';
import { createTenants } from '../../../src/tenants/tenants';

const IDLE_MS = 120_000;

function createWorld(maxTenants = 3) {
  let nowMs = 0;
  const log: string[] = [];
  const tenants = createTenants({
    create: (tenantKey) => {
      log.push(`create ${tenantKey}`);
      return { tenantKey };
    },
    forget: (_, tenantKey) => log.push(`forget ${tenantKey}`),
    idleMs: IDLE_MS,
    maxTenants,
    nowMs: () => nowMs,
  });
  const pass = (ms: number) => {
    nowMs += ms;
    tenants.forgetIdle();
  };
  return { tenants, log, pass };
}

test('A tenant is created once, with its first use', () => {
  const { tenants, log } = createWorld();
  expect(tenants.known('acme')).toBeUndefined();
  const acme = tenants.use('acme');
  expect(tenants.use('acme')).toBe(acme);
  expect(tenants.known('acme')).toBe(acme);
  expect(tenants.use('globex')).not.toBe(acme);
  expect(log).toEqual(['create acme', 'create globex']);
});

test('A tenant is forgotten once it is idle, and not before', () => {
  const { tenants, log, pass } = createWorld();
  tenants.use('acme');
  tenants.use('globex');
  pass(IDLE_MS - 1);
  tenants.use('globex');
  pass(1);
  expect(log).toEqual(['create acme', 'create globex', 'forget acme']);
  expect(tenants.known('acme')).toBeUndefined();
  expect(tenants.known('globex')).toEqual({ tenantKey: 'globex' });
});

test('A tenant that is asked about without being used becomes idle all the same', () => {
  const { tenants, log, pass } = createWorld();
  tenants.use('acme');
  for (let i = 0; i < 10; i += 1) {
    tenants.known('acme');
    pass(IDLE_MS / 10);
  }
  expect(log).toEqual(['create acme', 'forget acme']);
});

test('A tenant that is held is kept, and is idle from the end of the last hold', () => {
  const { tenants, log, pass } = createWorld();
  const releases = [tenants.retain('acme'), tenants.retain('acme')];
  tenants.use('globex');
  pass(10 * IDLE_MS);
  releases[0]?.();
  releases[0]?.();
  pass(10 * IDLE_MS);
  expect(log).toEqual(['create acme', 'create globex', 'forget globex']);
  releases[1]?.();
  pass(IDLE_MS - 1);
  expect(log).toHaveLength(3);
  pass(1);
  expect(log.at(-1)).toBe('forget acme');
});

test('A further tenant is refused while too many are in use, and takes the place of an idle one', () => {
  const { tenants, log, pass } = createWorld(2);
  tenants.use('acme');
  pass(IDLE_MS / 2);
  tenants.use('globex');
  expect(() => tenants.use('initech')).toThrow(
    expect.objectContaining({ code: 'RATE_LIMITED' }) as Error,
  );
  expect(tenants.use('acme')).toEqual({ tenantKey: 'acme' });
  pass(IDLE_MS / 2 + 1);
  tenants.use('acme');
  pass(IDLE_MS / 2);
  tenants.use('initech');
  expect(log).toEqual(['create acme', 'create globex', 'forget globex', 'create initech']);
});

test('The usage names the most active tenants, and sums up the others', () => {
  const usage = (tenant: string, calls: number) => ({ tenant, calls });
  const all = [usage('a', 1), usage('b', 30), usage('c', 2), usage('d', 20)];
  expect(mostActive(all, 2)).toEqual([usage('b', 30), usage('d', 20), usage(OTHERS, 3)]);
  expect(mostActive(all, 4)).toHaveLength(4);
  expect(mostActive([], 2)).toEqual([]);
});
