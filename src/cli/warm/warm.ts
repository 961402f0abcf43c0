import type { Batcher } from '../../batching/batcher';
import type { BatchScope } from '../../batching/scope';
import type { Clock } from '../../domain/clock';
import { addTo, inGroups } from '../../domain/collections';
import { GatewayError } from '../../domain/errors';
import type { TaskCall } from '../../domain/operation-context';
import { toError } from '../../domain/to-error';
import { MAX_USERS_PER_CALL } from '../../feishu/ports';
import { CliError, EXIT } from '../exit';

export interface WarmOptions {
  readonly batcher: Pick<Batcher, 'load'>;
  readonly scope: BatchScope;
  readonly userIds: readonly string[];
  readonly clock: Pick<Clock, 'now'>;
  /**
   * Ends the work. With a CliError as its reason at once; otherwise calls that were sent are awaited, because they
   * have spent quota.
   */
  readonly stop: AbortSignal;
  readonly onProgress: (progress: WarmProgress) => void;
}

/** How far the work has come. */
export interface WarmProgress {
  readonly loaded: number;
  readonly failed: number;
  /** How many users failed with each message. */
  readonly failures: ReadonlyMap<string, number>;
  readonly calls: number;
}

type Answers = readonly PromiseSettledResult<unknown>[];

/** Groups that wait at the same time, so that a slow answer delays no other call. */
const GROUPS_AT_ONCE = 4;
/** If so many groups in a row get no answer at all, further ones would only spend quota. */
const MAX_FAILED_GROUPS = 3;
/** Longer than clients leave no call for background work. */
const TIMEOUT_MS = 7 * 24 * 3_600_000;

/**
 * Loads users as background operations of the batcher, in groups of one call each. Requests of clients come first:
 * the gate lets background calls use only what they leave.
 * @throws CliError if no further call would be answered
 */
export async function warm(options: WarmOptions): Promise<WarmProgress> {
  const { stop, onProgress } = options;
  const progress = createProgress();
  const groups = inGroups(options.userIds, MAX_USERS_PER_CALL);
  const giveUp = new AbortController();
  const end = AbortSignal.any([stop, giveUp.signal]);

  async function loadNext(): Promise<void> {
    for (let group = groups.shift(); group && !end.aborted; group = groups.shift()) {
      const answers = await loadGroup({ ...options, stop: end }, group, (call) => {
        progress.noteCall(call);
        onProgress(progress.state());
      });
      // Users whose call was not sent before the stop did not fail.
      if (!answers) return;
      const hopeless = progress.noteAnswers(answers);
      if (hopeless) giveUp.abort(hopeless);
      onProgress(progress.state());
    }
  }

  await Promise.all(Array.from({ length: GROUPS_AT_ONCE }, loadNext));
  if (end.reason instanceof CliError) throw end.reason;
  return progress.state();
}

function createProgress() {
  const failures = new Map<string, number>();
  const calls = new Set<TaskCall | undefined>();
  let loaded = 0;
  let failed = 0;
  let failedGroups = 0;

  return {
    state: (): WarmProgress => ({ loaded, failed, failures, calls: calls.size }),
    /** Groups that share a call report the same one. */
    noteCall: (call: TaskCall | undefined) => calls.add(call),
    /** @returns an error if further calls would fail too */
    noteAnswers(answers: Answers): CliError | undefined {
      const errors = answers.flatMap((one) =>
        one.status === 'rejected' ? [toError(one.reason)] : [],
      );
      loaded += answers.length - errors.length;
      failed += errors.length;
      for (const { message } of errors) addTo(failures, message, 1);
      failedGroups = errors.length === answers.length ? failedGroups + 1 : 0;
      const [first] = errors;
      const isForbidden =
        first instanceof GatewayError && first.code === 'UPSTREAM_PERMISSION_DENIED';
      if (!first || (!isForbidden && failedGroups < MAX_FAILED_GROUPS)) return undefined;
      return new CliError(EXIT.failed, `${first.message} Run the subcommand check to see why.`);
    },
  };
}

/** @returns `undefined` if it was stopped before its answers */
async function loadGroup(
  { batcher, scope, clock, stop }: WarmOptions,
  userIds: readonly string[],
  onCall: (call: TaskCall | undefined) => void,
): Promise<Answers | undefined> {
  const controller = new AbortController();
  let isSent = false;
  const onStop = () => {
    if (!isSent || stop.reason instanceof CliError) controller.abort();
  };
  stop.addEventListener('abort', onStop, { once: true });
  const answers = await Promise.allSettled(
    batcher.load(scope, userIds, {
      end: controller.signal,
      signal: controller.signal,
      background: true,
      leavesReserve: true,
      deadlineAtMs: clock.now() + TIMEOUT_MS,
      onCall(_, call) {
        isSent = true;
        onCall(call);
      },
    }),
  );
  stop.removeEventListener('abort', onStop);
  return controller.signal.aborted ? undefined : answers;
}
