import type { GatewayError } from '../../src/domain/errors';
import type { OperationContext } from '../../src/domain/operation-context';
import { cyclesOf } from './cycles';
import { createCyclePages } from '../../src/pages/cycle-pages';
import { createGate, cycle, MINUTE_MS } from './batching-world';
import { createOperation, DEADLINE_MS } from './operation';
import { createScriptedFeishu, type FeishuOptions } from './scripted-feishu';
import { VirtualClock } from './virtual-clock';

export const CYCLE = cycle('1');
const userOf = (_: unknown, i: number) => ({ userId: `ou_${i + 1}`, counts: [], stageTasks: [] });
export const EVERYONE = Array.from({ length: 200 }, userOf);

export interface PagesOptions extends FeishuOptions {
  readonly calls?: number;
  readonly freshMs?: number;
  readonly isListed?: boolean;
}

/** The pages of a cycle of 200 users, on virtual time. */
export function createPagesWorld({
  calls = 2,
  freshMs = MINUTE_MS,
  isListed,
  ...options
}: PagesOptions = {}) {
  const clock = new VirtualClock();
  const feishu = createScriptedFeishu(clock, { everyoneIn: () => EVERYONE, ...options });
  const remembered: string[] = [];
  const pages = createCyclePages({
    source: feishu.source,
    gate: createGate({ calls, windowMs: MINUTE_MS }, clock),
    cycles: cyclesOf(clock.now, () => Promise.resolve(isListed)),
    remember: (entries) => remembered.push(...entries.map(([key]) => key)),
    freshMs,
    clock,
  });

  /** Reads a page at a moment. */
  function read(atMs: number, pageToken: string, life: Partial<OperationContext> = {}) {
    const told: number[] = [];
    const outcome = { told, users: 0, fromCache: false, error: '', retryAfterMs: 0, atMs: -1 };
    clock.at(atMs, () => {
      const operation = createOperation({
        deadlineAtMs: atMs + DEADLINE_MS,
        onCall: (waitedMs) => told.push(waitedMs),
        ...life,
      });
      new Promise<Awaited<ReturnType<typeof pages.read>>>((resolve) => {
        resolve(pages.read(CYCLE, pageToken, operation));
      }).then(
        ({ page, fromCache }) => {
          Object.assign(outcome, { users: page.users.length, fromCache, atMs: clock.now() });
        },
        (error: unknown) => {
          const { code, details } = error as GatewayError;
          const { retryAfterMs = 0 } = details;
          Object.assign(outcome, { error: code, retryAfterMs, atMs: clock.now() });
        },
      );
    });
    return outcome;
  }

  return { clock, pages, read, remembered, calls: feishu.pageCalls };
}
