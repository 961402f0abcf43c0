import { createMemoryLedger } from '../../../src/quota/memory.ledger';
import { createQuotaGate } from '../../../src/quota/quota-gate';
import { NOW, QUOTA, acquireMany, close, createGateWorld } from '../../support/gate-world';
import { ManualClock } from '../../support/manual-clock';

describe('the status of the quota', () => {
  test('is the whole quota and an open gate before the first call', async () => {
    const { clock, gate } = createGateWorld();
    const status = await gate.status();
    expect(status).toMatchObject({ callsPerMinute: 20, callsLeft: 20 });
    expect(status.nextCallAtMs).toBeLessThanOrEqual(clock.now());
    expect(status.closedUntilMs).toBeLessThanOrEqual(clock.now());
  });

  test('counts calls that are left, says when the next may be sent, and recovers', async () => {
    const { clock, gate } = createGateWorld();
    await acquireMany(gate, NOW, 5);
    expect(await gate.status()).toMatchObject({ callsLeft: 15 });
    clock.advance(10_000);
    await acquireMany(gate, NOW);
    expect(await gate.status()).toMatchObject({ callsLeft: 0, nextCallAtMs: 60_000 });
    clock.advance(50_000);
    expect(await gate.status()).toMatchObject({ callsLeft: 5 });
    expect((await gate.status()).nextCallAtMs).toBeLessThanOrEqual(clock.now());
  });

  test('says until when the gate is closed', async () => {
    const { clock, gate } = createGateWorld();
    clock.advance(500);
    await close(gate, 7_000);
    expect(await gate.status()).toMatchObject({
      closedUntilMs: 7_500,
      nextCallAtMs: 7_500,
      callsLeft: 20,
    });
  });

  test('counts calls per minute, however long the window is', async () => {
    const { gate } = createGateWorld({ calls: 20, windowMs: 10_000 });
    expect(await gate.status()).toMatchObject({ callsPerMinute: 120, callsLeft: 20 });
  });

  test('is read once for all readers of the same moment', async () => {
    const clock = new ManualClock(undefined, 0);
    const memory = createMemoryLedger(QUOTA, clock.now);
    const read = jest.fn(() => memory.read());
    const gate = createQuotaGate({ quota: QUOTA, ledger: { ...memory, read }, nowMs: clock.now });
    await Promise.all(Array.from({ length: 2_000 }, () => gate.status()));
    expect(read).toHaveBeenCalledTimes(1);
    await gate.status();
    expect(read).toHaveBeenCalledTimes(2);
  });

  test('costs no call', async () => {
    const { gate } = createGateWorld();
    for (let i = 0; i < 50; i += 1) await gate.status();
    expect(await acquireMany(gate, NOW)).toBe(20);
  });
});
