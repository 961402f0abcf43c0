import { userKeysIn, type BatchScope } from '../batching/scope';
import type { Snapshot } from '../cache/snapshot-cache';
import { GatewayError } from '../domain/errors';
import type { OperationContext } from '../domain/operation-context';
import type { StageTaskPage } from '../feishu/ports';
import type { KnownSemesters } from '../semesters/known-semesters';
import { explainRefusals } from './explain-refusals';
import { startPageCall, type PageCall, type PageCallOptions } from './page-call';
import { createPageLane } from './page-lane';
import { createPageMemory, keyOf } from './page-memory';

/** A page, and whether it is from memory. */
export interface ReadPage {
  readonly page: StageTaskPage;
  readonly fromCache: boolean;
}

/** The pages of everyone in a cycle, as all operations of the process share them. */
export interface CyclePages {
  /**
   * The page at once if a fresh one is remembered. Operations that read the same page share one call.
   * @param scope of the app: Feishu accepts no user's token for pages
   * @throws GatewayError
   */
  read(
    scope: BatchScope,
    pageToken: string,
    operation: OperationContext,
  ): ReadPage | Promise<ReadPage>;
}

export interface CyclePagesOptions extends Omit<PageCallOptions, 'lane'> {
  readonly cycles: Pick<KnownSemesters, 'noteAnswered' | 'refusalOf' | 'isToBlame'>;
  /** Remembers the answers of a page for the questions about single users. */
  readonly remember: (entries: [key: string, snapshot: Snapshot][]) => void;
  /** How long an answer counts as fresh. */
  readonly freshMs: number;
}

export function createCyclePages(options: CyclePagesOptions): CyclePages {
  const { gate, clock, cycles, remember, freshMs } = options;
  const memory = createPageMemory({ freshMs, nowMs: () => clock.now() });
  const inFlight = new Map<string, PageCall>();
  const lane = createPageLane(gate, clock);
  const source = explainRefusals(options.source, cycles);

  function note(scope: BatchScope, pageToken: string, page: StageTaskPage): void {
    const { users, semester, fetchedAtMs, askedAtMs, isComplete } = page;
    cycles.noteAnswered(scope.semesterId);
    memory.set(scope, pageToken, page);
    if (!isComplete) return;
    const keyOfUser = userKeysIn(scope);
    remember(
      users.flatMap((user) =>
        user instanceof Error
          ? []
          : [[keyOfUser(user.userId), { stageTasks: user, semester, fetchedAtMs, askedAtMs }]],
      ),
    );
  }

  function start(scope: BatchScope, pageToken: string): PageCall {
    const { semesterId, idType, filter } = scope;
    const key = keyOf(scope, pageToken);
    const query = { semesterId, idType, filter, pageToken };
    const call = startPageCall({ source, gate, lane, clock }, query);
    inFlight.set(key, call);
    void call.page
      .then(
        (page) => {
          note(scope, pageToken, page);
        },
        (error: unknown) => {
          if (error instanceof GatewayError && error.code === 'UPSTREAM_REJECTED') {
            memory.noteRefused(scope, pageToken, error);
          }
        },
      )
      .finally(() => {
        if (inFlight.get(key) === call) inFlight.delete(key);
      });
    return call;
  }

  return {
    read(scope, pageToken, operation) {
      const remembered = memory.get(scope, pageToken);
      if (remembered) return { page: remembered, fromCache: true };
      const refusal = cycles.refusalOf(scope.semesterId) ?? memory.refusalOf(scope, pageToken);
      if (refusal) throw refusal;
      const present = inFlight.get(keyOf(scope, pageToken));
      const call = present?.isOpen() ? present : start(scope, pageToken);
      return call.join(operation).then((page) => ({ page, fromCache: false }));
    },
  };
}
