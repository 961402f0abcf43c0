import { LEDGER_CHECKS, MAX_TURN_MS } from './ledger-checks.lua';

/**
 * The whole shared ledger as one atomic script on Redis's clock. Each replica sends everything it knows each
 * time, so that a Redis that has lost its data recovers with the next run.
 * Keys: calls (id → time), replicas (id → last run), state (version, closing; for each replica its waiting
 * calls, the version of its last call, the length of its turns and the end of its current turn). Each counted
 * call is published, so that every replica knows of it even if Redis fails right afterwards.
 *
 * Turns: a free slot goes to the replica with the fewest calls in the window; among equals, to the one whose
 * last call is the oldest, in the window or before: with more replicas than calls, most have none in the
 * window. A replica with a shorter round trip may ask first; it has to wait for the turns
 * of the replicas that come before it and have waiting calls. After a turn passes unused, that replica gets
 * no other until it has tried to take a slot or has found none free, so a dead replica delays others once.
 *
 * Clocks: Redis's clock is a wall clock and may step, so its times stay inside the script, and replicas
 * send and receive ages. A replica's age of a call overrides the stored time. Other stored times in the
 * future count as now, and a closing lasts no longer than it was requested for.
 *
 * Invalid data never makes the script fail. A call with an invalid id or time counts as made now, once; a
 * closing is cut to the longest one of its kind; everything else is deleted.
 */
export const LEDGER_SCRIPT = `
local calls, replicas, state = KEYS[1], KEYS[2], KEYS[3]
local window, quota, replica, life = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4])
local reported_for, reported_reason, ends_probe, probe = tonumber(ARGV[5]), ARGV[6], ARGV[7] == '1', tonumber(ARGV[8])
local waiting, turn_for, take_ids, take_version = ARGV[9], ARGV[10], ARGV[11], ARGV[12]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function whole(number) return string.format('%.0f', number) end
local function changed() return redis.call('HINCRBY', state, 'version', 1) end
local function publish(id, at) redis.call('PUBLISH', calls, id .. ' ' .. whole(now - at)) end
${LEDGER_CHECKS}
future_is_now(replicas)
for _, dead in ipairs(redis.call('ZRANGEBYSCORE', replicas, '-inf', now - life)) do
  redis.call('HDEL', state, 'waiting:' .. dead, 'lastCall:' .. dead, 'turnFor:' .. dead, 'turnUntil:' .. dead)
end
redis.call('ZADD', replicas, now, replica)
redis.call('ZREMRANGEBYSCORE', replicas, '-inf', now - life)
redis.call('PEXPIRE', replicas, life)
redis.call('HSET', state, 'waiting:' .. replica, waiting, 'turnFor:' .. replica, turn_for)

-- The key expires one window after its last use, so a valid call is at most two windows old.
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
local reason = closing[3] or ''
local closed_until = reason ~= '' and finite(closing[1]) or 0
local closed_for = math.min(finite(closing[2]) or math.huge, longest[reason] or 0)
local function close(ms, new_reason)
  closed_until, closed_for, reason = math.floor(now + ms), math.ceil(ms), new_reason
  redis.call('HSET', state, 'closedUntil', whole(closed_until), 'closedFor', whole(closed_for), 'closedWhy', reason)
end
if ends_probe and reason == 'probing' then close(0, 'none') end
if reason ~= '' and (not longest[reason] or not finite(closing[1])) then
  close(0, 'none')
  reject()
elseif closed_until > now + closed_for then
  close(closed_for, reason)
  reject()
end
reported_for = math.min(reported_for, longest[reported_reason] or 0)
if reported_for > 0 and now + reported_for > closed_until then close(reported_for, reported_reason) end

local alive = redis.call('ZRANGE', replicas, 0, -1)
table.sort(alive)
-- One read for all replicas: a hundred of them would take most of the script's time one by one.
local function numbers_of(field)
  local names, numbers = {}, {}
  for i, id in ipairs(alive) do names[i] = field .. ':' .. id end
  for i, text in ipairs(redis.call('HMGET', state, unpack(names))) do
    if text then numbers[alive[i]] = math.max(0, finite(text) or 0) end
  end
  return numbers
end
local waiting_calls = numbers_of('waiting')
local version = redis.call('HGET', state, 'version') or '0'

local function remaining_turns_before(me)
  local turn_for, turn_until, last_call = numbers_of('turnFor'), numbers_of('turnUntil'), numbers_of('lastCall')
  local made, longest_wait, turns = {}, 0, 0
  for _, id in ipairs(redis.call('ZRANGE', calls, 0, -1)) do
    local maker = string.match(id, '^(.*):') or id
    made[maker] = (made[maker] or 0) + 1
  end
  local function order_of(id) return math.min(last_call[id] or 0, tonumber(version)) end
  local function comes_before(a, b)
    local more = (made[b] or 0) - (made[a] or 0)
    return more > 0 or more == 0 and order_of(a) < order_of(b)
  end
  local function remaining_turn(id)
    local full_turn = math.min(turn_for[id] or 0, ${MAX_TURN_MS})
    local remaining = (turn_until[id] or 0) - now
    if not turn_until[id] or remaining > full_turn then
      remaining = full_turn
      redis.call('HSET', state, 'turnUntil:' .. id, whole(now + remaining))
    end
    return remaining
  end
  for _, id in ipairs(alive) do
    if (waiting_calls[id] or 0) > 0 and comes_before(id, me) then
      longest_wait, turns = math.max(longest_wait, remaining_turn(id)), turns + 1
    end
  end
  return longest_wait, turns
end

local taken, wait_for, turns_before = 0, 0, 0
local function is_free() return closed_until <= now and redis.call('ZCARD', calls) < quota end
local function take(id)
  redis.call('ZADD', calls, now, id)
  version = tostring(changed())
  redis.call('HSET', state, 'lastCall:' .. replica, version)
  publish(id, now)
  taken = taken + 1
  -- The counted call no longer waits.
  if waiting_calls[replica] > 0 then waiting_calls[replica] = redis.call('HINCRBY', state, 'waiting:' .. replica, -1) end
  if reason == 'quota-exhausted' or reason == 'probing' then close(probe, 'probing') end
end
if take_ids ~= '' or not is_free() then redis.call('HDEL', state, 'turnUntil:' .. replica) end
local is_newest = take_version == version
for id in string.gmatch(take_ids, '%S+') do
  if not is_free() then break end
  wait_for, turns_before = remaining_turns_before(replica)
  if wait_for > 0 or not is_newest then break end
  take(id)
end
redis.call('PEXPIRE', calls, window)
redis.call('PEXPIRE', state, math.max(window, math.floor(closed_until - now)) + 1000)

for i, id in ipairs(alive) do alive[i] = { id, waiting_calls[id] or 0 } end
local counted = redis.call('ZRANGE', calls, 0, -1, 'WITHSCORES')
for i = 2, #counted, 2 do counted[i] = whole(now - tonumber(counted[i])) end
return { taken, wait_for, turns_before, version, whole(closed_until - now), reason, alive, counted, rejected }
`;
