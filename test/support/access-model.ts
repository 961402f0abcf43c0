import fc from 'fast-check';
import type { UpstreamIdentityMode } from '../../src/auth/authorize';
import { GatewayError } from '../../src/domain/errors';
import type { UserKey } from '../../src/domain/user';
import type { UpstreamIdentity } from '../../src/feishu/ports';
import { keyOf, taskId, startProcess, type Received } from './access-process';
import {
  PROCESSES,
  schedules,
  isEmpty,
  type ModelClient,
  type Schedule,
  type ProcessOptions,
} from './access-schedules';
import { nameOf, type Call } from './scripted-feishu';

/** The policy, stated without the code that implements it. */
function mayHave({ principal, mayRead }: ModelClient, user: UserKey, mode: UpstreamIdentityMode) {
  const allowed = mayRead.some((one) => keyOf(one) === keyOf(user));
  return allowed && (mode === 'app' || principal.accessToken !== undefined);
}

function isForbidden(error: unknown): boolean {
  return error instanceof GatewayError && error.code === 'FORBIDDEN';
}

/** The faults of one answer in words; none if the answer is right. */
function faultsOf({ client, load, stageTasks, error }: Received, mode: UpstreamIdentityMode) {
  const who = `${client.principal.name} → ${keyOf(load.user)}`;
  if (!mayHave(client, load.user, mode)) {
    return isForbidden(error) ? [] : [`${who}: expected FORBIDDEN, got ${String(error)}`];
  }
  if (error) return isForbidden(error) ? [`${who}: expected an answer, got FORBIDDEN`] : [];
  if (!stageTasks) return load.user.id === 'stranger' ? [] : [`${who}: got nothing`];
  const { principal } = client;
  const identity: UpstreamIdentity =
    mode === 'caller' && principal.accessToken
      ? { kind: 'user', accessToken: principal.accessToken }
      : { kind: 'app' };
  const { semesterId, user, filter } = load;
  const groups = isEmpty(filter) ? ['TODO', 'DONE'] : ['TODO'];
  const query = { semesterId, idType: user.idType };
  const own = groups.map((option) => taskId(query, identity, user.id, option)).join();
  const got = stageTasks.stageTasks.map(({ stageId }) => stageId).join();
  return stageTasks.userId === user.id && got === own
    ? []
    : [`${who}: expected ${own}, got ${stageTasks.userId}, ${got}`];
}

/** Users in a call that no permitted client has asked for in the name of this call. */
function faultsOfCall(
  { userIds, idType, identity }: Call,
  askedFor: ReadonlySet<string>,
): string[] {
  const name = nameOf(identity);
  return userIds
    .map((id) => `${name} ${keyOf({ id, idType })}`)
    .filter((asked) => !askedFor.has(asked));
}

/** Notes the users that permitted clients have asked for, with the name in which Feishu is asked. */
function noteAsked({ operations: all }: Schedule, mode: UpstreamIdentityMode, asked: Set<string>) {
  for (const { client, loads } of all) {
    const name = mode === 'app' ? 'app' : (client.principal.accessToken?.reveal() ?? '');
    const allowed = loads.filter(({ user }) => mayHave(client, user, mode));
    for (const { user } of allowed) asked.add(`${name} ${keyOf(user)}`);
  }
}

/** Counts of outcomes in all processes; a run without one of them would prove nothing. */
const NOTHING_SEEN = {
  schedules: 0,
  forbidden: 0,
  answered: 0,
  failed: 0,
  remembered: 0,
  merged: 0,
};

function note(
  seen: typeof NOTHING_SEEN,
  received: readonly Received[],
  calls: readonly Call[],
): void {
  const answered = received.filter(({ error }) => !error).length;
  const forbidden = received.filter(({ error }) => isForbidden(error)).length;
  seen.schedules += 1;
  seen.answered += answered;
  seen.forbidden += forbidden;
  seen.failed += received.length - answered - forbidden;
  seen.merged += calls.filter(({ userIds }) => userIds.length > 1).length;
  seen.remembered += calls.length === 0 && answered > 0 ? 1 : 0;
}

async function liveThrough(
  seen: typeof NOTHING_SEEN,
  options: ProcessOptions,
  life: readonly Schedule[],
): Promise<void> {
  const { mode } = options;
  const { live } = startProcess(options);
  const asked = new Set<string>();
  for (const schedule of life) {
    noteAsked(schedule, mode, asked);
    const { calls, received } = await live(schedule);
    const due = schedule.operations.reduce((sum, { loads }) => sum + loads.length, 0);
    const faults = [
      ...received.flatMap((one) => faultsOf(one, mode)),
      ...calls.flatMap((call) => faultsOfCall(call, asked)),
      ...(received.length === due ? [] : [`${due} were asked, ${received.length} told`]),
    ];
    if (faults.length > 0) throw new Error(`${JSON.stringify(options)}\n${faults.join('\n')}`);
    note(seen, received, calls);
  }
}

/**
 * No client ever receives a field of a user outside its policy.
 *
 * A schedule is a few operations of random clients on random users with random filters, with the outcomes of
 * their calls. Many schedules run one after another in one process, so that each finds cached answers,
 * queued users and suspected IDs of earlier ones. The gateway is real from the request loader to the gate.
 * Feishu is a model, and its answers name the user and the identity of the call.
 * @returns how often each kind of outcome has occurred
 */
export async function checkAccess(rounds: number, schedulesPerProcess: number) {
  const seen = { ...NOTHING_SEEN };
  const length = { minLength: schedulesPerProcess, maxLength: schedulesPerProcess };
  const lives = fc.array(schedules, { ...length, size: 'max' });
  let nth = 0;
  // Shrinking a sequence of many schedules takes longer than reading the failure.
  const { failed, seed, errorInstance } = await fc.check(
    fc.asyncProperty(lives, async (life) => {
      const options = PROCESSES[nth % PROCESSES.length];
      nth += 1;
      if (options) await liveThrough(seen, options, life);
    }),
    { numRuns: rounds * PROCESSES.length, endOnFailure: true },
  );
  if (failed) throw new Error(`seed ${seed}: ${String(errorInstance)}`);
  return seen;
}
