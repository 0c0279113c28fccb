-- Brings the change that some events make into the book of totals, if the book is where the change begins.
-- KEYS: the book, its open reservations (hash), when they are forgotten (sorted set), then the contacts (hashes), then the holds (sorted
-- sets) that change
-- ARGV[1]: JSON: { before, position: those of the last event before and after the change (absent: nothing but the book changes), upTo:
-- everything that was recorded up to this instant is in, book: the name of a new book, contacts: for each hash { isOffer, minutes: [minute,
-- contacts...] }, holds: for each sorted set numbers of reservations from 1, of which it holds, negative: it does not hold any more }
-- ARGV[2...]: of each reservation: name, value or '' when it is over, until
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
for index = 2, #ARGV, 3 do
  local name, value, till = ARGV[index], ARGV[index + 1], ARGV[index + 2]
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

-- Whole numbers: what Lua itself makes of a number takes it as long as a command.
local format, floor = string.format, math.floor

local function added(cells, minute, more)
  if not cells then return format('%d %02d=%d', more, minute % 60, more) end
  local all, others = string.match(cells, '^(%d+)(.*)$')
  local cell = format(' %02d=', minute % 60)
  local from, to, before = string.find(others, cell .. '(%d+)')
  if not from then return format('%d%s%s%d', all + more, others, cell, more) end
  return format('%d%s%s%d%s', all + more, string.sub(others, 1, from - 1), cell, before + more, string.sub(others, to + 1))
end

-- All series of an event ask for the same day and hour.
local function named(kind)
  return setmetatable({}, {
    __index = function(names, number)
      names[number] = format('%s:%d', kind, number)
      return names[number]
    end,
  })
end
local days, hours = named('day'), named('hour')

-- One read and one write of a series, however many contacts there are. Returns how many it has ever had.
local function addContacts(key, minutes)
  local fields, count, hourOf = { 'all', 'first', 'last', 'kept' }, 4, {}
  for index = 1, #minutes, 2 do
    local hour = floor(minutes[index] / 60)
    local ofDay, ofHour = days[floor(hour / 24)], hours[hour]
    if hourOf[ofDay] == nil then
      count = count + 1
      fields[count], hourOf[ofDay] = ofDay, false
    end
    if hourOf[ofHour] == nil then
      count = count + 1
      fields[count], hourOf[ofHour] = ofHour, hour
    end
  end
  local before, now = redis.call('HMGET', key, unpack(fields)), {}
  for index = 5, count do now[fields[index]] = before[index] or nil end

  local all, first, last, kept = before[1] or 0, tonumber(before[2] or nil), tonumber(before[3] or nil), tonumber(before[4] or nil)
  local firstBefore, lastBefore, keptBefore, dropped = first, last, kept, nil
  for index = 1, #minutes, 2 do
    local minute, more = minutes[index], minutes[index + 1]
    local hour = floor(minute / 60)
    local day = floor(hour / 24)
    all, kept = all + more, kept or day
    if not first or day < first then first = day end
    if not last or day > last then last = day end
    if day < kept and day >= last - daysOfHours then kept = day end
    if kept < last - daysOfHours then
      dropped, kept = dropped or kept, last - daysOfHours
    end
    local ofDay, ofHour = days[day], hours[hour]
    now[ofDay] = (now[ofDay] or 0) + more
    now[ofHour] = added(now[ofHour], minute, more)
  end

  local changed, size = { 'all', format('%d', all) }, 2
  if first ~= firstBefore then
    changed[size + 1], changed[size + 2], size = 'first', format('%d', first), size + 2
  end
  if last ~= lastBefore then
    changed[size + 1], changed[size + 2], size = 'last', format('%d', last), size + 2
  end
  if kept ~= keptBefore then
    changed[size + 1], changed[size + 2], size = 'kept', format('%d', kept), size + 2
  end
  for index = 5, count do
    local field = fields[index]
    local hour = hourOf[field]
    if not hour then
      changed[size + 1], changed[size + 2], size = field, format('%d', now[field]), size + 2
    elseif hour >= kept * 24 then
      changed[size + 1], changed[size + 2], size = field, now[field], size + 2
    end
  end
  redis.call('HSET', key, unpack(changed))
  if dropped then dropHours(key, dropped, kept) end
  return all
end

local largestBefore = #change.contacts > 0 and tonumber(redis.call('HGET', book, 'largest') or '0') or 0
local key, largest = 3, largestBefore
for _, contacts in ipairs(change.contacts) do
  key = key + 1
  local all = addContacts(KEYS[key], contacts.minutes)
  if contacts.isOffer and all > largest then largest = all end
end
if largest > largestBefore then redis.call('HSET', book, 'largest', largest) end
for _, numbers in ipairs(change.holds) do
  key = key + 1
  local begun, ended = {}, {}
  for _, number in ipairs(numbers) do
    local at = 3 * math.abs(number) - 1
    if number < 0 then
      ended[#ended + 1] = ARGV[at]
    else
      begun[#begun + 1], begun[#begun + 2] = ARGV[at + 2], ARGV[at]
    end
  end
  callWith('ZREM', KEYS[key], ended)
  callWith('ZADD', KEYS[key], begun)
end
return 1
