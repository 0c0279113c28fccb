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

for index = 1, #change.open, 3 do
  local name, value, till = change.open[index], change.open[index + 1], change.open[index + 2]
  if value == '' then
    redis.call('HDEL', KEYS[2], name)
    redis.call('ZREM', KEYS[3], name)
  else
    redis.call('HSET', KEYS[2], name, value)
    redis.call('ZADD', KEYS[3], till, name)
  end
end

-- The longest window has 366 days.
local daysOfHours = 400

local function dropOldHours(key, last)
  local kept = tonumber(redis.call('HGET', key, 'kept'))
  for day = kept, last - daysOfHours - 1 do
    local hours = {}
    for hour = day * 24, day * 24 + 23 do hours[#hours + 1] = 'hour:' .. hour end
    redis.call('HDEL', key, unpack(hours))
  end
  if kept < last - daysOfHours then redis.call('HSET', key, 'kept', last - daysOfHours) end
end

local function addToDays(key, day, contacts)
  redis.call('HINCRBY', key, 'day:' .. day, contacts)
  local known = redis.call('HMGET', key, 'first', 'last')
  local first, last = tonumber(known[1] or day), tonumber(known[2] or day)
  if not known[1] then
    redis.call('HSET', key, 'first', day, 'last', day, 'kept', day)
  elseif day < first then
    redis.call('HSET', key, 'first', day)
    if day >= last - daysOfHours then redis.call('HSET', key, 'kept', day) end
  elseif day > last then
    redis.call('HSET', key, 'last', day)
    dropOldHours(key, day)
  end
end

local function addToHour(key, minute, contacts)
  local hour = 'hour:' .. math.floor(minute / 60)
  local all, cells = string.match(redis.call('HGET', key, hour) or '0', '^(%d+)(.*)$')
  local cell = string.format(' %02d=', minute % 60)
  local from, to, before = string.find(cells, cell .. '(%d+)')
  if from then
    cells = string.sub(cells, 1, from - 1) .. cell .. (before + contacts) .. string.sub(cells, to + 1)
  else
    cells = cells .. cell .. contacts
  end
  redis.call('HSET', key, hour, (all + contacts) .. cells)
end

local key = 3
for _, contacts in ipairs(change.contacts) do
  key = key + 1
  local all = 0
  for index = 1, #contacts.minutes, 2 do
    local minute, more = contacts.minutes[index], contacts.minutes[index + 1]
    local day = math.floor(minute / 1440)
    all = redis.call('HINCRBY', KEYS[key], 'all', more)
    addToDays(KEYS[key], day, more)
    if day >= tonumber(redis.call('HGET', KEYS[key], 'kept')) then addToHour(KEYS[key], minute, more) end
  end
  if contacts.isOffer and all > tonumber(redis.call('HGET', book, 'largest') or '0') then
    redis.call('HSET', book, 'largest', all)
  end
end
for _, holds in ipairs(change.holds) do
  key = key + 1
  for index = 1, #holds, 2 do
    if holds[index + 1] == '' then
      redis.call('ZREM', KEYS[key], holds[index])
    else
      redis.call('ZADD', KEYS[key], holds[index + 1], holds[index])
    end
  end
end
return 1
