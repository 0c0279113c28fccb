-- The contacts of one customer as the scripts see them that change them: this text stands before each of theirs. Nothing is written
-- before `save`.
-- KEYS[1]: a hash of series by name, each seven lists with '|' between:
--   1 DECISION, 2 IMPRESSION, 3 CLICK, 4 ACCEPTANCE: instants, ascending, in cells of 13 digits. Only the newest `keptCells` are told
--     apart: before them stands 'n', the number of those that were before in 12 digits, and the newest of those.
--   5 holds: cells of until when places are held, ascending, each with the sum of the places (1 impression, 2 click, 4 acceptance)
--   6 waiting: reservations that nothing is confirmed of, with ';' between: reserved at, held until, call
--   7 presented: the latest impressions of two calls, with ';' between, the later first: at, call
--   The last two only in series that cooling windows are asked of. Beside the series '@', the position of the last event that is in,
--   and '#', which is another after each change.
-- KEYS[2]: a hash of reservations by decision: JSON, a list of { offerId, callId, at, heldUntil, holding, confirmed, recorded, over, series }
-- KEYS[3]: a sorted set of decisions by the instant at which one of their reservations is to be forgotten
local HOLDS, WAITING, PRESENTED = 5, 6, 7
local placeOf = { 0, 1, 2, 4 }
local allPlaces = 7
local keptCells = 1000
local cellWidth, holdWidth, headWidth = 13, 14, 26
local noContacts = '||||||'
local hour, day = 3600000, 86400000
-- What happened in time may be told late.
local grace = 7 * day

local find, sub, byte = string.find, string.sub, string.byte
local band = bit.band

local version
local ledger, isChanged = {}, {}
local decisions, isTouched = {}, {}

local function split(value)
  local lists, first = {}, 1
  for list = 1, 6 do
    local bar = find(value, '|', first, true)
    lists[list] = sub(value, first, bar - 1)
    first = bar + 1
  end
  lists[7] = sub(value, first)
  return lists
end

-- Brings series in that are not in yet.
local function fetch(names)
  local missing = {}
  for _, name in ipairs(names) do
    if not ledger[name] then missing[#missing + 1] = name end
  end
  if #missing == 0 then return end
  local values = redis.call('HMGET', KEYS[1], unpack(missing))
  for index, name in ipairs(missing) do ledger[name] = split(values[index] or noContacts) end
end

-- How many bytes of a list of contacts only count.
local function headOf(list)
  return byte(list) == 110 and headWidth or 0
end

-- How many bytes are before the first cell that is not before an instant.
local function offsetOf(list, first, width, instant)
  local low, high = first, #list
  if low == high then return low end
  -- Mostly time goes on.
  if sub(list, high - width + 1, high - width + cellWidth) < instant then return high end
  while low < high do
    local middle = low + math.floor((high - low) / width / 2) * width
    if sub(list, middle + 1, middle + cellWidth) < instant then low = middle + width else high = middle end
  end
  return low
end

local function inserted(list, offset, text)
  return sub(list, 1, offset) .. text .. sub(list, offset + 1)
end

local function removed(list, offset, width)
  return sub(list, 1, offset) .. sub(list, offset + width + 1)
end

-- Those before the kept ones all count in a window that began before the newest of them: never too low.
local function countFrom(list, instant)
  local head = headOf(list)
  local count = (#list - offsetOf(list, head, cellWidth, instant)) / cellWidth
  if head > 0 and sub(list, 14, head) >= instant then count = count + tonumber(sub(list, 2, 13)) end
  return count
end

local function heldFrom(list, place, instant)
  local count = 0
  for offset = offsetOf(list, 0, holdWidth, instant), #list - holdWidth, holdWidth do
    if band(byte(list, offset + holdWidth), place) > 0 then count = count + 1 end
  end
  return count
end

local function headed(count, newest)
  return string.format('n%012d', count) .. newest
end

local function withContact(list, at)
  local head = headOf(list)
  if head > 0 and at < sub(list, 14, head) then
    return headed(tonumber(sub(list, 2, 13)) + 1, sub(list, 14, head)) .. sub(list, head + 1)
  end
  list = inserted(list, offsetOf(list, head, cellWidth, at), at)
  if #list - head <= keptCells * cellWidth then return list end
  local count = head > 0 and tonumber(sub(list, 2, 13)) or 0
  return headed(count + 1, sub(list, head + 1, head + cellWidth)) .. sub(list, head + cellWidth + 1)
end

local function withoutContact(list, at)
  local head = headOf(list)
  local offset = offsetOf(list, head, cellWidth, at)
  if sub(list, offset + 1, offset + cellWidth) == at then return removed(list, offset, cellWidth) end
  if head == 0 or sub(list, 14, head) < at then return list end
  local count = tonumber(sub(list, 2, 13)) - 1
  return (count > 0 and headed(count, sub(list, 14, head)) or '') .. sub(list, head + 1)
end

local function withHold(list, places, heldUntil)
  return inserted(list, offsetOf(list, 0, holdWidth, heldUntil), heldUntil .. places)
end

-- Without one such hold, and without those that were over before `horizon`.
local function withoutHold(list, places, heldUntil, horizon)
  for offset = offsetOf(list, 0, holdWidth, heldUntil), #list - holdWidth, holdWidth do
    local hold = sub(list, offset + 1, offset + holdWidth)
    if sub(hold, 1, cellWidth) ~= heldUntil then break end
    if hold == heldUntil .. places then
      list = removed(list, offset, holdWidth)
      break
    end
  end
  return sub(list, offsetOf(list, 0, holdWidth, horizon) + 1)
end

local function isCooling(name)
  return sub(name, 1, 6) ~= 'offer:' and sub(name, 1, 4) ~= 'tag:'
end

local function waitingText(held)
  return held.at .. held.heldUntil .. held.callId
end

-- Without one such reservation, and without those that were over before `horizon`.
local function withoutWaiting(list, text, horizon)
  local left = {}
  for each in string.gmatch(list, '[^;]+') do
    if each == text then
      text = nil
    elseif sub(each, 14, 26) >= horizon then
      left[#left + 1] = each
    end
  end
  return table.concat(left, ';')
end

local function withImpression(list, at, callId)
  local first, second = string.match(list, '^([^;]*);?(.*)$')
  local impression = at .. callId
  if first == '' then return impression end
  if at > sub(first, 1, cellWidth) then
    -- Of the same call the later one counts, and the other call stays.
    local other = sub(first, cellWidth + 1) == callId and second or first
    return other == '' and impression or impression .. ';' .. other
  end
  if callId ~= sub(first, cellWidth + 1) and (second == '' or at > sub(second, 1, cellWidth)) then
    return first .. ';' .. impression
  end
  return list
end

-- Calls `change(lists, name)` for each series that a reservation counts in.
local function inSeriesOf(held, change)
  fetch(held.series)
  for _, name in ipairs(held.series) do
    change(ledger[name], name)
    isChanged[name] = true
  end
end

local function reservationsOf(decisionId)
  if not decisions[decisionId] then
    local text = redis.call('HGET', KEYS[2], decisionId)
    decisions[decisionId] = text and cjson.decode(text) or {}
  end
  return decisions[decisionId]
end

local function reservationOf(decisionId, offerId)
  for _, held in ipairs(reservationsOf(decisionId)) do
    if held.offerId == offerId then return held end
  end
end

-- A reservation of `{ offerId, callId, at, heldUntil, recorded, series }` that there was none of.
local function hold(decisionId, held)
  held.holding, held.confirmed, held.over = allPlaces, 0, false
  table.insert(reservationsOf(decisionId), held)
  isTouched[decisionId] = true
  inSeriesOf(held, function(lists, name)
    lists[1] = withContact(lists[1], held.at)
    lists[HOLDS] = withHold(lists[HOLDS], allPlaces, held.heldUntil)
    if isCooling(name) then
      lists[WAITING] = (lists[WAITING] == '' and '' or lists[WAITING] .. ';') .. waitingText(held)
    end
  end)
end

-- Gives back the places that it holds and holds these ones instead.
local function holdPlaces(held, places, heldUntil, horizon)
  inSeriesOf(held, function(lists)
    lists[HOLDS] = withoutHold(lists[HOLDS], held.holding, held.heldUntil, horizon)
    if places > 0 then lists[HOLDS] = withHold(lists[HOLDS], places, heldUntil) end
  end)
  held.holding, held.heldUntil = places, heldUntil
end

-- To be called before anything is confirmed of it, or it is over. Those of one decision may be told apart by nothing.
local function endWaiting(held, horizon)
  if held.confirmed > 0 or held.over then return end
  inSeriesOf(held, function(lists, name)
    if isCooling(name) then lists[WAITING] = withoutWaiting(lists[WAITING], waitingText(held), horizon) end
  end)
end

-- As if it had never been: the caller forgets it.
local function undo(held, horizon)
  endWaiting(held, horizon)
  holdPlaces(held, 0, held.heldUntil, horizon)
  inSeriesOf(held, function(lists) lists[1] = withoutContact(lists[1], held.at) end)
end

-- When it can be forgotten: no event of it can come any more, or, when it was not recorded, none ever came. Nil: not yet known.
local function endOf(held)
  local at, heldUntil = tonumber(held.at), tonumber(held.heldUntil)
  if not held.recorded then return math.max(heldUntil, at + hour) end
  if held.over or held.confirmed == allPlaces then return at + grace end
  if held.confirmed > 0 then return heldUntil + grace end
end

local function saveDecision(decisionId, reservations)
  if #reservations == 0 then
    redis.call('HDEL', KEYS[2], decisionId)
    redis.call('ZREM', KEYS[3], decisionId)
    return
  end
  local ends
  for _, held in ipairs(reservations) do
    local each = endOf(held)
    if each and (not ends or each < ends) then ends = each end
  end
  redis.call('HSET', KEYS[2], decisionId, cjson.encode(reservations))
  if ends then
    redis.call('ZADD', KEYS[3], string.format('%.0f', ends), decisionId)
  else
    redis.call('ZREM', KEYS[3], decisionId)
  end
end

-- Writes what has changed, and `position` when it is given.
local function save(position)
  for decisionId in pairs(isTouched) do saveDecision(decisionId, decisions[decisionId]) end
  local fields, empty = {}, {}
  for name in pairs(isChanged) do
    local value = table.concat(ledger[name], '|')
    if value == noContacts then
      empty[#empty + 1] = name
    else
      fields[#fields + 1], fields[#fields + 2] = name, value
    end
  end
  if #fields > 0 or #empty > 0 then
    version = version or redis.call('HGET', KEYS[1], '#')
    if not version then
      -- No number that was ever there before everything was lost.
      local time = redis.call('TIME')
      version = time[1] .. string.format('%06d', time[2])
    end
    fields[#fields + 1], fields[#fields + 2] = '#', string.format('%.0f', version + 1)
  end
  if position then fields[#fields + 1], fields[#fields + 2] = '@', position end
  if #fields > 0 then redis.call('HSET', KEYS[1], unpack(fields)) end
  if #empty > 0 then redis.call('HDEL', KEYS[1], unpack(empty)) end
end
