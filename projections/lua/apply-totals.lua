-- Brings the change that some events make into the book of totals, if the book is where the change begins.
-- KEYS: the book, its open reservations (hash), when they are forgotten (sorted set), then the contacts (hashes), then the holds (sorted
-- sets) that change
-- ARGV[1]: JSON: { before, position: those of the last event before and after the change (absent: nothing but the book changes), upTo:
-- everything that was recorded up to this instant is in, book: the name of a new book, open: [name, value or '' when it is over, until],
-- contacts: for each hash { isOffer, minutes: [minute, contacts...] }, holds: for each sorted set [reservation, until or '' when it ends...] }
-- returns: 1, or 0 when the book is elsewhere: then nothing was done
--
-- Contacts of a series: `all` of them, `day:<number>` those of a day, `hour:<number>` those of an hour and of its minutes
-- ("<all> <mm>=<contacts> ..."), `first` and `last` day, `kept` the first day whose hours are kept.
local change = cjson.decode(ARGV[1])
local book = KEYS[1]
if change.position then
  if (redis.call('HGET', book, 'position') or '') ~= change.before then return 0 end
  redis.call('HSET', book, 'position', change.position)
end
redis.call('HSETNX', book, 'book', change.book)
if tonumber(redis.call('HGET', book, 'upTo') or '0') < tonumber(change.upTo) then
  redis.call('HSET', book, 'upTo', change.upTo)
end

local function callWith(command, key, members)
  for from = 1, #members, 1000 do
    redis.call(command, key, unpack(members, from, math.min(from + 999, #members)))
  end
end

local values, ends, over = {}, {}, {}
for index = 1, #change.open, 3 do
  local name, value, till = change.open[index], change.open[index + 1], change.open[index + 2]
  if value == '' then
    over[#over + 1] = name
  else
    values[#values + 1], values[#values + 2] = name, value
    ends[#ends + 1], ends[#ends + 2] = till, name
  end
end
callWith('HDEL', KEYS[2], over)
callWith('ZREM', KEYS[3], over)
callWith('HSET', KEYS[2], values)
callWith('ZADD', KEYS[3], ends)

-- The longest window has 366 days.
local daysOfHours = 400

local function dropHours(key, from, before)
  for day = from, before - 1 do
    local hours = {}
    for hour = day * 24, day * 24 + 23 do hours[#hours + 1] = 'hour:' .. hour end
    redis.call('HDEL', key, unpack(hours))
  end
end

local function added(cells, minute, more)
  local all, others = string.match(cells or '0', '^(%d+)(.*)$')
  local cell = string.format(' %02d=', minute % 60)
  local from, to, before = string.find(others, cell .. '(%d+)')
  if not from then return (all + more) .. others .. cell .. more end
  return (all + more) .. string.sub(others, 1, from - 1) .. cell .. (before + more) .. string.sub(others, to + 1)
end

local function addContacts(key, minute, more)
  local hour = math.floor(minute / 60)
  local day = math.floor(hour / 24)
  local ofDay, ofHour = 'day:' .. day, 'hour:' .. hour
  local known = redis.call('HMGET', key, 'all', 'first', 'last', 'kept', ofDay, ofHour)
  local all = (known[1] or 0) + more
  local first = math.min(known[2] or day, day)
  local last = math.max(known[3] or day, day)
  local kept = tonumber(known[4] or day)
  if day >= last - daysOfHours then kept = math.min(kept, day) end
  if kept < last - daysOfHours then
    dropHours(key, kept, last - daysOfHours)
    kept = last - daysOfHours
  end
  redis.call('HSET', key, 'all', all, 'first', first, 'last', last, 'kept', kept, ofDay, (known[5] or 0) + more)
  if day >= kept then redis.call('HSET', key, ofHour, added(known[6], minute, more)) end
  return all
end

local key = 3
for _, contacts in ipairs(change.contacts) do
  key = key + 1
  local all = 0
  for index = 1, #contacts.minutes, 2 do
    all = addContacts(KEYS[key], contacts.minutes[index], contacts.minutes[index + 1])
  end
  if contacts.isOffer and all > tonumber(redis.call('HGET', book, 'largest') or '0') then
    redis.call('HSET', book, 'largest', all)
  end
end
for _, holds in ipairs(change.holds) do
  key = key + 1
  local begun, ended = {}, {}
  for index = 1, #holds, 2 do
    if holds[index + 1] == '' then
      ended[#ended + 1] = holds[index]
    else
      begun[#begun + 1], begun[#begun + 2] = holds[index + 1], holds[index]
    end
  end
  callWith('ZREM', KEYS[key], ended)
  callWith('ZADD', KEYS[key], begun)
end
return 1
