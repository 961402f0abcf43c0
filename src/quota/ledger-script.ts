import { z } from 'zod';
import type { RedisClient } from '../redis/redis-link';
import { createScript } from '../redis/redis-script';
import { PROBE_ANSWER_MS, type ClosingRequest } from './closing';
import { LEDGER_SCRIPT } from './ledger.lua';

/** A call in a message between replicas. It has an age and no time, so that their clocks need not agree. */
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
  /** How many of the requested calls were counted: the first ones. */
  readonly taken: number;
  /** If a call was not counted because another replica has the turn: how long to wait for it. Else 0. */
  readonly waitForTurnMs: number;
  /** How many replicas come before this one then. */
  readonly turnsBefore: number;
  readonly version: string;
  /** With 0 ms or less it has ended. `undefined`: Redis knows of none; it may have lost it. */
  readonly closing: ClosingRequest | undefined;
  /** All replicas that are alive, in an order that is the same for all of them. */
  readonly replicas: readonly LedgerReplica[];
  /** The calls of the last window, oldest first. */
  readonly calls: readonly LedgerCall[];
  /** The number of invalid records that were repaired or deleted. */
  readonly rejectedRecords: number;
}

export interface LedgerRequest {
  /** The prefix of all keys. */
  readonly prefix: string;
  readonly windowMs: number;
  readonly quotaCalls: number;
  readonly replicaId: string;
  /** The calls of the last window that this replica knows of, made by any replica. */
  readonly calls: readonly LedgerCall[];
  /** What Feishu has told this replica; 0 ms if that has ended. */
  readonly closing: ClosingRequest;
  /** Whether Feishu has just answered or refused a call, which ends a probe. */
  readonly endsProbe: boolean;
  /** How many calls wait in this replica. */
  readonly waitingCalls: number;
  /** How long a free slot is reserved for this replica when it has the turn. */
  readonly turnMs: number;
  /**
   * Counts calls if the version is unchanged: each one if the gate is open, the quota has room, and no other
   * replica has the turn.
   */
  readonly take?: { readonly ids: readonly string[]; readonly version: string };
}

const runScript = createScript(LEDGER_SCRIPT);

/** A replica that does not run the script for this time no longer counts as alive. */
const REPLICA_LIFE_MS = 5_000;

/** Taken, wait for turn, turns before, version, closed for, reason, replicas, calls with their ages, rejected records. */
const REPLY = z.tuple([
  z.number(),
  z.number(),
  z.number(),
  z.string(),
  z.coerce.number(),
  z.enum(['', 'none', 'rate-limited', 'quota-exhausted', 'probing']),
  z.array(z.tuple([z.string(), z.number()])),
  z.array(z.string()),
  z.number(),
]);

/** The channel on which counted calls are published, as "id age". */
export function callsChannel(prefix: string): string {
  return keysOf(prefix).calls;
}

export async function runLedgerScript(
  client: RedisClient,
  request: LedgerRequest,
): Promise<LedgerState> {
  const { calls, replicas, state } = keysOf(request.prefix);
  const known = request.calls.flatMap(({ id, ageMs }) => [id, String(ageMs)]);
  const reply = await runScript(client, {
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
      request.take?.ids.join(' ') ?? '',
      request.take?.version ?? '',
      ...known,
    ],
  });
  return toState(REPLY.parse(reply));
}

const CALL_ID = /^[a-z\d-]{1,80}:\d{1,15}$/i;

/** Parses "id age" as it is published. @returns `undefined` if the message names no call */
export function parseCall(message: string): LedgerCall | undefined {
  const [id = '', ageMs] = message.split(' ');
  return CALL_ID.test(id) ? { id, ageMs: Number(ageMs) } : undefined;
}

function toState(reply: z.output<typeof REPLY>): LedgerState {
  const [taken, waitForTurnMs, turnsBefore, version, forMs, reason, ...records] = reply;
  const [replicas, calls, rejectedRecords] = records;
  return {
    taken,
    waitForTurnMs,
    turnsBefore,
    version,
    closing: reason === '' ? undefined : { forMs, reason },
    replicas: replicas.map(([id, waitingCalls]) => ({ id, waitingCalls })),
    calls: toCalls(calls),
    rejectedRecords,
  };
}

/** @param flat an id, its age, the next id, … */
function toCalls(flat: readonly string[]): LedgerCall[] {
  const calls: LedgerCall[] = [];
  for (let i = 0; i < flat.length; i += 2) {
    calls.push({ id: flat[i] ?? '', ageMs: Number(flat[i + 1]) });
  }
  return calls;
}

/** The braces are a hash tag: a Redis Cluster keeps the three keys in the same slot. */
function keysOf(prefix: string) {
  return {
    calls: `{${prefix}}:calls`,
    replicas: `{${prefix}}:replicas`,
    state: `{${prefix}}:state`,
  };
}
