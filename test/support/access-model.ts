import fc from 'fast-check';
import type { TenantCall } from './access-feishu';
import { faultsOf, faultsOfCall, faultsOfEveryone, isForbidden, noteAsked } from './access-oracle';
import { startProcess, type Shown } from './access-process';
import { PROCESSES, schedules, type Schedule, type ProcessOptions } from './access-schedules';

/** Counts of outcomes in all processes; a run without one of them would prove nothing. */
const NOTHING_SEEN = {
  schedules: 0,
  forbidden: 0,
  answered: 0,
  failed: 0,
  remembered: 0,
  merged: 0,
  ofEveryone: 0,
  inStreams: 0,
};

function note(
  seen: typeof NOTHING_SEEN,
  { loads, others, everyone }: Shown,
  calls: readonly TenantCall[],
): void {
  const answered = loads.filter(({ error }) => !error).length;
  const forbidden = loads.filter(({ error }) => isForbidden(error)).length;
  seen.schedules += 1;
  seen.answered += answered;
  seen.forbidden += forbidden;
  seen.failed += loads.length - answered - forbidden;
  seen.merged += calls.filter(({ userIds }) => userIds.length > 1).length;
  seen.remembered += calls.length === 0 && answered > 0 ? 1 : 0;
  seen.ofEveryone += everyone.filter(({ error }) => !error).length;
  seen.inStreams += others.filter(({ inStream }) => inStream === true).length;
}

async function liveThrough(
  seen: typeof NOTHING_SEEN,
  options: ProcessOptions,
  life: readonly Schedule[],
): Promise<void> {
  const { mode } = options;
  const { live, close } = await startProcess(options);
  const asked = new Set<string>();
  try {
    for (const schedule of life) {
      noteAsked(schedule, mode, asked);
      const { calls, shown } = await live(schedule);
      const { loads, others, everyone } = shown;
      const due = schedule.operations.reduce((sum, operation) => sum + operation.loads.length, 0);
      const faults = [
        ...[...loads, ...others].flatMap((one) => faultsOf(one, mode)),
        ...everyone.flatMap((one) => faultsOfEveryone(one, mode)),
        ...calls.flatMap((call) => faultsOfCall(call, asked)),
        ...(loads.length === due ? [] : [`${due} were asked, ${loads.length} told`]),
      ];
      if (faults.length > 0) throw new Error(`${JSON.stringify(options)}\n${faults.join('\n')}`);
      note(seen, shown, calls);
    }
  } finally {
    await close();
  }
}

/**
 * No client ever receives a field of a user outside its policy, or of a user of another company.
 *
 * A schedule is a few operations of random clients on random users with random filters, with the outcomes of
 * their calls. Many schedules run one after another in one process, so that each finds cached answers,
 * queued users, streams and suspected IDs of earlier ones. The gateway is that of a store app, and real from the
 * contexts of operations to the gates. Feishu is a model, and its answers name the company, the user and the identity
 * of the call.
 * @param processes which processes live through this many rounds each
 * @returns how often each kind of outcome has occurred
 */
export async function checkAccess(
  rounds: number,
  schedulesPerProcess: number,
  processes: readonly ProcessOptions[] = PROCESSES,
) {
  const seen = { ...NOTHING_SEEN };
  const length = { minLength: schedulesPerProcess, maxLength: schedulesPerProcess };
  const lives = fc.array(schedules, { ...length, size: 'max' });
  let nth = 0;
  // Shrinking a sequence of many schedules takes longer than reading the failure.
  const { failed, seed, errorInstance } = await fc.check(
    fc.asyncProperty(lives, async (life) => {
      const options = processes[nth % processes.length];
      nth += 1;
      if (options) await liveThrough(seen, options, life);
    }),
    { numRuns: rounds * processes.length, endOnFailure: true },
  );
  if (failed) throw new Error(`seed ${seed}: ${String(errorInstance)}`);
  return seen;
}
