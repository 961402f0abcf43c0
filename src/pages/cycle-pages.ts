import { userKeysIn, type BatchScope } from '../batching/scope';
import type { Snapshot } from '../cache/snapshot-cache';
import { GatewayError } from '../domain/errors';
import type { OperationContext } from '../domain/operation-context';
import { toError } from '../domain/to-error';
import {
  ParametersRefused,
  type StageTaskPage,
  type StageTaskPageQuery,
  type StageTaskPageSource,
} from '../feishu/ports';
import type { KnownSemesters } from '../semesters/known-semesters';
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
    const { users, semester, fetchedAtMs, isComplete } = page;
    cycles.noteAnswered(scope.semesterId);
    memory.set(scope, pageToken, page);
    if (!isComplete) return;
    const keyOfUser = userKeysIn(scope);
    remember(
      users.flatMap((user) =>
        user instanceof Error
          ? []
          : [[keyOfUser(user.userId), { stageTasks: user, semester, fetchedAtMs }]],
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
            memory.noteRefused(scope, pageToken);
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
      const refusal = cycles.refusalOf(scope.semesterId);
      if (refusal) throw refusal;
      const present = inFlight.get(keyOf(scope, pageToken));
      const call = present?.isOpen() ? present : start(scope, pageToken);
      return call.join(operation).then((page) => ({ page, fromCache: false }));
    },
  };
}

type Cycles = CyclePagesOptions['cycles'];

/** Feishu refuses an unknown cycle and an expired page token with the same code. */
function explainRefusals(source: StageTaskPageSource, cycles: Cycles): StageTaskPageSource {
  async function explain(query: StageTaskPageQuery, error: Error): Promise<Error> {
    if (!(error instanceof ParametersRefused)) return error;
    if (await cycles.isToBlame(query.semesterId, error)) {
      return cycles.refusalOf(query.semesterId) ?? error;
    }
    return query.pageToken === '' ? error : refusedToken(error);
  }

  return {
    ready: (identity) => source.ready(identity),
    findByPage: (query, context) =>
      source.findByPage(query, context).catch(async (error: unknown) => {
        throw await explain(query, toError(error));
      }),
  };
}

function refusedToken({ details }: GatewayError): GatewayError {
  const message =
    'Feishu does not know any more where this page goes on: read the cycle again from the start, without `after`.';
  return new GatewayError('UPSTREAM_REJECTED', message, details);
}
