/**
 * What the Redis store does, as scripts: each runs as a whole, or not at all. All keys begin with `KEYS[1]`, a hash tag,
 * so that they lie in one slot of a cluster:
 *
 * | key | holds |
 * | --- | --- |
 * | `:session:<id>` | hash, the fields of a record |
 * | `:keys` | hash, caller and idempotency key → id |
 * | `:services` | hash, service and its session id → number of records |
 * | `:due` | sorted set of ids by `dueAt` |
 * | `:in:<state>` | sorted set of ids by `createdAt` |
 * | `:live` | hash, caller → number of sessions that may cost money |
 * | `:day:<day>` | hash, caller → session time of that day; expires |
 * | `:count:<key>` | hash, a counter; expires |
 *
 * Numbers travel as the text that JavaScript writes, which reads back as the same number; `text()` writes one so.
 */

import { LIVE_STATES, type SessionState } from '../store';
import { COUNTER_GRACE_MS, DAY_MS, REMEMBERED_DAYS } from '../store-rules';

export const STATES = [...LIVE_STATES, 'closed', 'failed'] as const satisfies readonly SessionState[];

const luaList = (items: readonly string[]) => `{ ${items.map((item) => `'${item}'`).join(', ')} }`;

const prelude = `
local base = KEYS[1]
local liveStates = ${luaList(LIVE_STATES)}
local live = {}
for _, state in ipairs(liveStates) do live[state] = true end

local function text(number) return string.format('%.17g', number) end
local function sessionKey(id) return base .. ':session:' .. id end
local function dayKey(createdAt) return base .. ':day:' .. text(math.floor(tonumber(createdAt) / ${DAY_MS})) end

local function countUp(hash, field, by)
  if redis.call('HINCRBY', base .. hash, field, by) <= 0 then redis.call('HDEL', base .. hash, field) end
end

local function move(id, caller, createdAt, from, to)
  if from == to then return end
  if from then redis.call('ZREM', base .. ':in:' .. from, id) end
  if to then redis.call('ZADD', base .. ':in:' .. to, createdAt, id) end
  local more = (live[to] and 1 or 0) - (live[from] and 1 or 0)
  if more ~= 0 then countUp(':live', caller, more) end
end
`;

/** ARGV: caller and key, per caller, in all, milliseconds a day, then the fields and values of the record. */
const begin = `
local known = redis.call('HGET', base .. ':keys', ARGV[1])
if known then return { 'known', redis.call('HGETALL', sessionKey(known)) } end
local session = {}
for at = 5, #ARGV, 2 do session[ARGV[at]] = ARGV[at + 1] end
if redis.call('EXISTS', sessionKey(session.id)) == 1 then return { 'taken' } end

if tonumber(redis.call('HGET', base .. ':live', session.caller) or 0) >= tonumber(ARGV[2]) then
  return { 'full', 'perCaller' }
end
local total = 0
for _, state in ipairs(liveStates) do total = total + redis.call('ZCARD', base .. ':in:' .. state) end
if total >= tonumber(ARGV[3]) then return { 'full', 'total' } end
local day = dayKey(session.createdAt)
local ms = tonumber(redis.call('HGET', day, session.caller) or 0) + tonumber(session.reservedMs)
if ms > tonumber(ARGV[4]) then return { 'full', 'msPerDay' } end

redis.call('HSET', day, session.caller, text(ms))
redis.call('PEXPIRE', day, ${(REMEMBERED_DAYS + 1) * DAY_MS})
redis.call('HSET', sessionKey(session.id), unpack(ARGV, 5))
redis.call('HSET', base .. ':keys', ARGV[1], session.id)
redis.call('ZADD', base .. ':due', session.dueAt, session.id)
move(session.id, session.caller, session.createdAt, nil, session.state)
return { 'begun' }
`;

/** ARGV: id. */
const find = `return redis.call('HGETALL', sessionKey(ARGV[1]))`;

/** ARGV: id, number of states, the states, then the fields and values that change. */
const update = `
local id = ARGV[1]
local key = sessionKey(id)
local state, caller, createdAt, reservedMs, usedMs, service, serviceId =
  unpack(redis.call('HMGET', key, 'state', 'caller', 'createdAt', 'reservedMs', 'usedMs', 'service', 'serviceSessionId'))
local first = 3 + tonumber(ARGV[2])
local may = false
for at = 3, first - 1 do may = may or ARGV[at] == state end
if not may then return {} end

local changes = {}
for at = first, #ARGV, 2 do changes[ARGV[at]] = ARGV[at + 1] end
if #ARGV >= first then redis.call('HSET', key, unpack(ARGV, first)) end
if changes.dueAt then redis.call('ZADD', base .. ':due', changes.dueAt, id) end
if changes.state then move(id, caller, createdAt, state, changes.state) end
if changes.serviceSessionId and changes.serviceSessionId ~= serviceId then
  if serviceId then countUp(':services', service .. '\\0' .. serviceId, -1) end
  countUp(':services', service .. '\\0' .. changes.serviceSessionId, 1)
end
if changes.usedMs and not usedMs then
  local back = tonumber(reservedMs) - tonumber(changes.usedMs)
  local ms = redis.call('HGET', dayKey(createdAt), caller)
  if back > 0 and ms then redis.call('HSET', dayKey(createdAt), caller, text(tonumber(ms) - back)) end
end
return redis.call('HGETALL', key)
`;

/** ARGV: now, end of the lease, limit. */
const takeDue = `
local taken = {}
for at, id in ipairs(redis.call('ZRANGEBYSCORE', base .. ':due', '-inf', ARGV[1], 'LIMIT', 0, ARGV[3])) do
  local key = sessionKey(id)
  local was, caller, createdAt = unpack(redis.call('HMGET', key, 'state', 'caller', 'createdAt'))
  if was == 'open' then
    redis.call('HSET', key, 'state', 'closing')
    move(id, caller, createdAt, was, 'closing')
  end
  redis.call('HSET', key, 'dueAt', ARGV[2])
  redis.call('ZADD', base .. ':due', ARGV[2], id)
  taken[at] = { was, redis.call('HGETALL', key) }
end
return taken
`;

/** ARGV: limit, the states. */
const list = `
local found = {}
for at = 2, #ARGV do
  local ids = redis.call('ZRANGE', base .. ':in:' .. ARGV[at], 0, ARGV[1] - 1, 'WITHSCORES')
  for each = 1, #ids, 2 do found[#found + 1] = { id = ids[each], at = tonumber(ids[each + 1]) } end
end
table.sort(found, function(a, b) return a.at < b.at or (a.at == b.at and a.id < b.id) end)
local sessions = {}
for at = 1, math.min(#found, tonumber(ARGV[1])) do sessions[at] = redis.call('HGETALL', sessionKey(found[at].id)) end
return sessions
`;

/** ARGV: service, ids of its sessions. */
const known = `
local found = {}
for at = 2, #ARGV do found[at - 1] = redis.call('HEXISTS', base .. ':services', ARGV[1] .. '\\0' .. ARGV[at]) end
return found
`;

/** ARGV: id. */
const forget = `
local id = ARGV[1]
local key = sessionKey(id)
local state, caller, createdAt, idempotencyKey, service, serviceId =
  unpack(redis.call('HMGET', key, 'state', 'caller', 'createdAt', 'idempotencyKey', 'service', 'serviceSessionId'))
if not state or live[state] then return end
redis.call('DEL', key)
redis.call('ZREM', base .. ':due', id)
redis.call('HDEL', base .. ':keys', caller .. '\\0' .. idempotencyKey)
if serviceId then countUp(':services', service .. '\\0' .. serviceId, -1) end
move(id, caller, createdAt, state, nil)
`;

/** ARGV: the states. */
const tally = `
local counts = {}
for at, state in ipairs(ARGV) do counts[at] = redis.call('ZCARD', base .. ':in:' .. state) end
return counts
`;

/** ARGV: key, amount, length of a window, now. */
const count = `
local key = base .. ':count:' .. ARGV[1]
local amount, windowMs, now = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local used, resetsAt = unpack(redis.call('HMGET', key, 'used', 'resetsAt'))
used, resetsAt = tonumber(used or 0), tonumber(resetsAt or '-inf')
if now >= resetsAt or resetsAt > now + 2 * windowMs then used, resetsAt = 0, now + windowMs end
used = math.max(0, used + amount)
if amount ~= 0 then
  redis.call('HSET', key, 'used', text(used), 'resetsAt', text(resetsAt))
  redis.call('PEXPIRE', key, string.format('%.0f', math.ceil(resetsAt - now) + ${COUNTER_GRACE_MS}))
end
return { text(used), text(resetsAt) }
`;

/** Whether it takes writes: a replica does not, nor one that is full. */
const ready = `return redis.call('SET', base .. ':ready', '1', 'PX', 60000)`;

const bodies = { begin, find, update, takeDue, list, known, forget, tally, count, ready };

export type ScriptName = keyof typeof bodies;

export const SCRIPTS = Object.fromEntries(
  Object.entries(bodies).map(([name, body]) => [name, `${prelude}${body}`]),
) as Readonly<Record<ScriptName, string>>;
