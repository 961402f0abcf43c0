import type { RedisClient } from '../redis/redis-link';

/** A call as all replicas know it. */
export interface LedgerCall {
  /** `replica:number`. */
  readonly id: string;
  /** On Redis's clock, in milliseconds. */
  readonly atMs: number;
}

export interface LedgerReplica {
  readonly id: string;
  readonly waitingCalls: number;
}

export interface LedgerState {
  /** On Redis's clock, like all times here. */
  readonly nowMs: number;
  /** Whether the call that was asked for has been counted. */
  readonly taken: boolean;
  readonly version: string;
  readonly closedUntilMs: number;
  /** All that have given a sign of life, in an order that all of them see alike. */
  readonly replicas: readonly LedgerReplica[];
  /** The calls of the last window, oldest first. */
  readonly calls: readonly LedgerCall[];
}

export interface LedgerRequest {
  /** What all keys begin with. */
  readonly prefix: string;
  readonly windowMs: number;
  readonly quotaCalls: number;
  readonly replicaId: string;
  /** The calls of the last window that this replica knows of, whoever made them. */
  readonly calls: readonly { readonly id: string; readonly ageMs: number }[];
  /** So long upstream still wants to be left alone, as far as this replica knows. */
  readonly closedForMs: number;
  /** How many calls wait in this replica. */
  readonly waitingCalls: number;
  /** Counts a call if the version is still this one, nothing is closed and the quota has room. */
  readonly take?: { readonly id: string; readonly version: string };
}

/** A replica that gives no sign of life for so long is not counted any more. */
const REPLICA_LIFE_MS = 5_000;

/**
 * All there is to the shared ledger, in one atomic step on Redis's clock. Every replica brings along all
 * that it knows, each time: a Redis that has lost its memory has it back with the first who speaks.
 * Keys: calls (id → time), replicas (id → last sign of life), state (version, closing, calls that wait at
 * each replica). Each counted call is published, so
 * that every replica knows of it even if Redis vanishes in the next moment.
 */
const SCRIPT = `
local calls, replicas, state = KEYS[1], KEYS[2], KEYS[3]
local window, quota, replica, life = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4])
local closed_for, waiting, take_id, take_version = tonumber(ARGV[5]), ARGV[6], ARGV[7], ARGV[8]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function changed() return redis.call('HINCRBY', state, 'version', 1) end
local function publish(id, at) redis.call('PUBLISH', calls, id .. ' ' .. string.format('%.0f', at)) end

for _, gone in ipairs(redis.call('ZRANGEBYSCORE', replicas, '-inf', now - life)) do
  redis.call('HDEL', state, 'waiting:' .. gone)
end
redis.call('ZADD', replicas, now, replica)
redis.call('ZREMRANGEBYSCORE', replicas, '-inf', now - life)
redis.call('PEXPIRE', replicas, life)
redis.call('HSET', state, 'waiting:' .. replica, waiting)
redis.call('ZREMRANGEBYSCORE', calls, '-inf', now - window)
for i = 9, #ARGV, 2 do
  local at = math.floor(now - tonumber(ARGV[i + 1]))
  if at > now - window and redis.call('ZADD', calls, 'NX', at, ARGV[i]) == 1 then
    changed()
    publish(ARGV[i], at)
  end
end

local closed_until = tonumber(redis.call('HGET', state, 'closedUntil') or 0)
if closed_for > 0 and now + closed_for > closed_until then
  closed_until = math.floor(now + closed_for)
  redis.call('HSET', state, 'closedUntil', string.format('%.0f', closed_until))
end

local version = redis.call('HGET', state, 'version') or '0'
local taken = 0
if take_id ~= '' and take_version == version and closed_until <= now
  and redis.call('ZCARD', calls) < quota then
  redis.call('ZADD', calls, now, take_id)
  version = tostring(changed())
  publish(take_id, now)
  taken = 1
end
redis.call('PEXPIRE', calls, window)
redis.call('PEXPIRE', state, math.max(window, math.floor(closed_until - now)) + 1000)

local alive = redis.call('ZRANGE', replicas, 0, -1)
table.sort(alive)
for i, id in ipairs(alive) do
  alive[i] = { id, tonumber(redis.call('HGET', state, 'waiting:' .. id) or 0) }
end
return {
  string.format('%.0f', now), taken, version, string.format('%.0f', closed_until), alive,
  redis.call('ZRANGE', calls, 0, -1, 'WITHSCORES')
}
`;

type Reply = [string, number, string, string, [id: string, waitingCalls: number][], string[]];

/** Where counted calls are published, as "id time". */
export function callsChannel(prefix: string): string {
  return keysOf(prefix).calls;
}

export async function runLedgerScript(
  client: RedisClient,
  request: LedgerRequest,
): Promise<LedgerState> {
  const { calls, replicas, state } = keysOf(request.prefix);
  const known = request.calls.flatMap(({ id, ageMs }) => [id, String(ageMs)]);
  const reply = await client.eval(SCRIPT, {
    keys: [calls, replicas, state],
    arguments: [
      String(request.windowMs),
      String(request.quotaCalls),
      request.replicaId,
      String(REPLICA_LIFE_MS),
      String(request.closedForMs),
      String(request.waitingCalls),
      request.take?.id ?? '',
      request.take?.version ?? '',
      ...known,
    ],
  });
  return toState(reply as unknown as Reply);
}

/** "id time", as it is published. */
export function parseCall(message: string): LedgerCall {
  const [id = '', atMs] = message.split(' ');
  return { id, atMs: Number(atMs) };
}

function toState([nowMs, taken, version, closedUntilMs, replicas, calls]: Reply): LedgerState {
  return {
    nowMs: Number(nowMs),
    taken: taken === 1,
    version,
    closedUntilMs: Number(closedUntilMs),
    replicas: replicas.map(([id, waitingCalls]) => ({ id, waitingCalls })),
    calls: toCalls(calls),
  };
}

/** An id, its time, the next id, … */
function toCalls(flat: readonly string[]): LedgerCall[] {
  const calls: LedgerCall[] = [];
  for (let i = 0; i < flat.length; i += 2) {
    calls.push({ id: flat[i] ?? '', atMs: Number(flat[i + 1]) });
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
