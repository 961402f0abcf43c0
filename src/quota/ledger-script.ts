import { z } from 'zod';
import type { RedisClient } from '../redis/redis-link';
import { PROBE_ANSWER_MS, type ClosingRequest } from './closing';
import { LEDGER_SCRIPT } from './ledger.lua';

/** A call as replicas tell each other of it: by its age, since no two clocks need to agree. */
export interface LedgerCall {
  /** `replica:number`. */
  readonly id: string;
  readonly ageMs: number;
}

export interface LedgerReplica {
  readonly id: string;
  readonly waitingCalls: number;
}

export interface LedgerState {
  /** Whether the call that was asked for has been counted. */
  readonly taken: boolean;
  /** How long another replica may still have the turn, so that the call was not counted; 0: none has it. */
  readonly waitForTurnMs: number;
  readonly version: string;
  /** With 0 ms or less it has ended. `undefined`: Redis knows of none, which it may have forgotten. */
  readonly closing: ClosingRequest | undefined;
  /** All that have given a sign of life, in an order that all of them see alike. */
  readonly replicas: readonly LedgerReplica[];
  /** The calls of the last window, oldest first. */
  readonly calls: readonly LedgerCall[];
  /** Records that could not be right, and have been put right or forgotten. */
  readonly rejectedRecords: number;
}

export interface LedgerRequest {
  /** What all keys begin with. */
  readonly prefix: string;
  readonly windowMs: number;
  readonly quotaCalls: number;
  readonly replicaId: string;
  /** The calls of the last window that this replica knows of, its own and the others'. */
  readonly calls: readonly LedgerCall[];
  /** What upstream has told this replica; 0 ms: nothing that still holds. */
  readonly closing: ClosingRequest;
  /** Whether upstream has just answered or refused a call, so that no probe is under way any more. */
  readonly endsProbe: boolean;
  /** How many calls wait in this replica. */
  readonly waitingCalls: number;
  /** How long a free slot is kept for this replica, if it is its turn. */
  readonly turnMs: number;
  /**
   * Counts a call if the version is still this one, nothing is closed, the quota has room, and no replica
   * with waiting calls has made fewer.
   */
  readonly take?: { readonly id: string; readonly version: string };
}

/** A replica that gives no sign of life for this time is not counted any more. */
const REPLICA_LIFE_MS = 5_000;

/** Taken, wait for turn, version, closed for, why, replicas, calls with their ages, rejected records. */
const REPLY = z.tuple([
  z.literal([0, 1]),
  z.number(),
  z.string(),
  z.coerce.number(),
  z.enum(['', 'none', 'rate-limited', 'quota-exhausted', 'probing']),
  z.array(z.tuple([z.string(), z.number()])),
  z.array(z.string()),
  z.number(),
]);

/** Where counted calls are published, as "id age". */
export function callsChannel(prefix: string): string {
  return keysOf(prefix).calls;
}

export async function runLedgerScript(
  client: RedisClient,
  request: LedgerRequest,
): Promise<LedgerState> {
  const { calls, replicas, state } = keysOf(request.prefix);
  const known = request.calls.flatMap(({ id, ageMs }) => [id, String(ageMs)]);
  const reply = await client.eval(LEDGER_SCRIPT, {
    keys: [calls, replicas, state],
    arguments: [
      String(request.windowMs),
      String(request.quotaCalls),
      request.replicaId,
      String(REPLICA_LIFE_MS),
      String(request.closing.forMs),
      request.closing.reason,
      request.endsProbe ? '1' : '',
      String(PROBE_ANSWER_MS),
      String(request.waitingCalls),
      String(request.turnMs),
      request.take?.id ?? '',
      request.take?.version ?? '',
      ...known,
    ],
  });
  return toState(REPLY.parse(reply));
}

const CALL_ID = /^[a-z\d-]{1,80}:\d{1,15}$/i;

/** "id age", as it is published; `undefined` for what names no call. */
export function parseCall(message: string): LedgerCall | undefined {
  const [id = '', ageMs] = message.split(' ');
  return CALL_ID.test(id) ? { id, ageMs: Number(ageMs) } : undefined;
}

function toState(reply: z.output<typeof REPLY>): LedgerState {
  const [taken, waitForTurnMs, version, forMs, reason, replicas, calls, rejectedRecords] = reply;
  return {
    taken: taken === 1,
    waitForTurnMs,
    version,
    closing: reason === '' ? undefined : { forMs, reason },
    replicas: replicas.map(([id, waitingCalls]) => ({ id, waitingCalls })),
    calls: toCalls(calls),
    rejectedRecords,
  };
}

/** An id, its age, the next id, … */
function toCalls(flat: readonly string[]): LedgerCall[] {
  const calls: LedgerCall[] = [];
  for (let i = 0; i < flat.length; i += 2) {
    calls.push({ id: flat[i] ?? '', ageMs: Number(flat[i + 1]) });
  }
  return calls;
}

/** The braces keep the three together wherever keys are spread by their hash. */
function keysOf(prefix: string) {
  return {
    calls: `{${prefix}}:calls`,
    replicas: `{${prefix}}:replicas`,
    state: `{${prefix}}:state`,
  };
}
