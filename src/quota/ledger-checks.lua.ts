import { MAX_CLOSING_MS, type ClosingReason } from './closing';

/** The longest turn of a replica. A turn that passes unused delays the other replicas by its length. */
export const MAX_TURN_MS = 1_000;
/** At most this many times the quota of calls are kept. The newest calls decide when the next may be sent. */
export const QUOTAS_KEPT = 4;
/** At most this many replicas are kept. */
const MAX_REPLICAS = 1_000;

const longestClosing = (reason: ClosingReason) => `['${reason}'] = ${MAX_CLOSING_MS[reason]}`;

/**
 * The part of the ledger's script that repairs or deletes invalid records before any is used. The rest of the
 * script uses its `longest` (ms by reason), `finite`, `count_as_now`, `future_is_now`, `reject()`, which counts
 * an invalid record, and `rejected`, their number.
 */
export const LEDGER_CHECKS = `
local longest = { ${(['none', 'rate-limited', 'quota-exhausted', 'probing'] as const).map(longestClosing).join(', ')} }
local rejected = 0
local function reject() rejected = rejected + 1 end
local function expect(key, kind)
  local found = redis.call('TYPE', key).ok
  if found ~= kind and found ~= 'none' then
    redis.call('DEL', key)
    reject()
  end
end
expect(calls, 'zset')
expect(replicas, 'zset')
expect(state, 'hash')
-- Redis lets a script that has deleted first write even if it is full.
redis.call('ZREMRANGEBYRANK', calls, 0, -(${QUOTAS_KEPT} * quota + 1))
redis.call('ZREMRANGEBYRANK', replicas, 0, -${MAX_REPLICAS + 1})

local function finite(text)
  local number = tonumber(text)
  if number and math.abs(number) < 9e15 then return number end
end
local function count_as_now(key, from, to)
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', key, from, to)) do
    redis.call('ZADD', key, now, id)
    reject()
  end
end
local function future_is_now(key) count_as_now(key, '(' .. whole(now), '+inf') end

local noted_version = redis.call('HGET', state, 'version')
if noted_version and not (string.match(noted_version, '^%d+$') and whole(finite(noted_version) or -1) == noted_version) then
  redis.call('HSET', state, 'version', whole(now))
  reject()
end
for _, id in ipairs(redis.call('ZRANGE', calls, 0, -1)) do
  if #id > 100 or not string.match(id, '^[%w%-]+:%d+$') then
    redis.call('ZREM', calls, id)
    redis.call('ZADD', calls, now, 'unknown:' .. whole(changed()))
    reject()
  end
end
for _, id in ipairs(redis.call('ZRANGE', replicas, 0, -1)) do
  if #id > 100 or not string.match(id, '^[%w%-]+$') then
    redis.call('ZREM', replicas, id)
    reject()
  end
end
`;
