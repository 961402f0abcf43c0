import { LEDGER_CHECKS, LONGEST_TURN_MS } from './ledger-checks.lua';

/**
 * All there is to the shared ledger, in one atomic step on Redis's clock. Every replica brings along all
 * that it knows, each time: a Redis that has lost its memory has it back with the first that speaks.
 * Keys: calls (id → time), replicas (id → last sign of life), state (version, closing; for each replica the
 * calls that wait there, how long its turns last, when the current one ends). Each counted call is published,
 * so that every replica knows of it even if Redis vanishes in the next moment.
 *
 * A free slot goes to the replica that has made the fewest calls of the window; among equals, to the one
 * whose last call is the oldest. A nearer replica that asks first is told to wait for the turn of those that
 * come before it and have calls waiting. A turn is short, and a replica that lets one pass has no other
 * before it has tried to take a slot or has found none free: a dead one delays the others once.
 *
 * Redis's clock is a wall clock, which may step, so that its times never leave the script: replicas bring
 * and get ages. What replicas know of a call counts more than what is noted here. Where no replica knows
 * better, a time that lies in the future counts as now, and a closing lasts no longer than it was asked for.
 *
 * What is noted may be wrong, and nothing in it makes the script fail. A call whose name or time cannot be
 * counts as made now, once; a closing lasts no longer than upstream can ask for; all else is forgotten.
 */
export const LEDGER_SCRIPT = `
local calls, replicas, state = KEYS[1], KEYS[2], KEYS[3]
local window, quota, replica, life = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4])
local told_for, told_why, ends_probe, probe = tonumber(ARGV[5]), ARGV[6], ARGV[7] == '1', tonumber(ARGV[8])
local waiting, turn_for, take_id, take_version = ARGV[9], ARGV[10], ARGV[11], ARGV[12]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function whole(number) return string.format('%.0f', number) end
local function changed() return redis.call('HINCRBY', state, 'version', 1) end
local function publish(id, at) redis.call('PUBLISH', calls, id .. ' ' .. whole(now - at)) end
${LEDGER_CHECKS}
future_is_now(replicas)
for _, gone in ipairs(redis.call('ZRANGEBYSCORE', replicas, '-inf', now - life)) do
  redis.call('HDEL', state, 'waiting:' .. gone, 'turnFor:' .. gone, 'turnUntil:' .. gone)
end
redis.call('ZADD', replicas, now, replica)
redis.call('ZREMRANGEBYSCORE', replicas, '-inf', now - life)
redis.call('PEXPIRE', replicas, life)
redis.call('HSET', state, 'waiting:' .. replica, waiting, 'turnFor:' .. replica, turn_for)

-- The key expires a window after it was last looked at, so that nothing in it is older than two.
count_as_now(calls, '-inf', whole(now - 2 * window - 1000))
redis.call('ZREMRANGEBYSCORE', calls, '-inf', now - window)
for i = 13, #ARGV, 2 do
  local id, at = ARGV[i], math.min(now, math.floor(now - tonumber(ARGV[i + 1])))
  if at > now - window then
    if not redis.call('ZSCORE', calls, id) then
      changed()
      publish(id, at)
    end
    redis.call('ZADD', calls, at, id)
  end
end
future_is_now(calls)

local closing = redis.call('HMGET', state, 'closedUntil', 'closedFor', 'closedWhy')
local why = closing[3] or ''
local closed_until = why ~= '' and finite(closing[1]) or 0
local closed_for = math.min(finite(closing[2]) or math.huge, longest[why] or 0)
local function close(ms, reason)
  closed_until, closed_for, why = math.floor(now + ms), math.ceil(ms), reason
  redis.call('HSET', state, 'closedUntil', whole(closed_until), 'closedFor', whole(closed_for), 'closedWhy', why)
end
if ends_probe and why == 'probing' then close(0, 'none') end
if why ~= '' and (not longest[why] or not finite(closing[1])) then
  close(0, 'none')
  reject()
elseif closed_until > now + closed_for then
  close(closed_for, why)
  reject()
end
told_for = math.min(told_for, longest[told_why] or 0)
if told_for > 0 and now + told_for > closed_until then close(told_for, told_why) end

local function of(id, field)
  local number = finite(redis.call('HGET', state, field .. ':' .. id))
  return number and math.max(0, number) or 0
end
local function left_of_turn(id)
  local whole_turn = math.min(of(id, 'turnFor'), ${LONGEST_TURN_MS})
  local left = of(id, 'turnUntil') - now
  if redis.call('HEXISTS', state, 'turnUntil:' .. id) == 0 or left > whole_turn then
    left = whole_turn
    redis.call('HSET', state, 'turnUntil:' .. id, whole(now + left))
  end
  return left
end
local function left_of_turns_before(me)
  local made, newest, left = {}, {}, 0
  for i, id in ipairs(redis.call('ZRANGE', calls, 0, -1)) do
    local maker = string.match(id, '^(.*):') or id
    made[maker], newest[maker] = (made[maker] or 0) + 1, i
  end
  local function comes_before(a, b)
    local more = (made[b] or 0) - (made[a] or 0)
    return more > 0 or more == 0 and (newest[a] or 0) < (newest[b] or 0)
  end
  for _, id in ipairs(redis.call('ZRANGE', replicas, 0, -1)) do
    if of(id, 'waiting') > 0 and comes_before(id, me) then left = math.max(left, left_of_turn(id)) end
  end
  return left
end

local version = redis.call('HGET', state, 'version') or '0'
local taken, wait_for = 0, 0
local is_free = closed_until <= now and redis.call('ZCARD', calls) < quota
if take_id ~= '' or not is_free then redis.call('HDEL', state, 'turnUntil:' .. replica) end
if take_id ~= '' and is_free then
  wait_for = left_of_turns_before(replica)
  if wait_for == 0 and take_version == version then
    redis.call('ZADD', calls, now, take_id)
    version = tostring(changed())
    publish(take_id, now)
    taken = 1
    -- The call that leaves waits no more.
    if of(replica, 'waiting') > 0 then redis.call('HINCRBY', state, 'waiting:' .. replica, -1) end
    if why == 'quota-exhausted' or why == 'probing' then close(probe, 'probing') end
  end
end
redis.call('PEXPIRE', calls, window)
redis.call('PEXPIRE', state, math.max(window, math.floor(closed_until - now)) + 1000)

local alive = redis.call('ZRANGE', replicas, 0, -1)
table.sort(alive)
for i, id in ipairs(alive) do alive[i] = { id, of(id, 'waiting') } end
local counted = redis.call('ZRANGE', calls, 0, -1, 'WITHSCORES')
for i = 2, #counted, 2 do counted[i] = whole(now - tonumber(counted[i])) end
return { taken, wait_for, version, whole(closed_until - now), why, alive, counted, rejected }
`;
