-- Brings events of customers in, each once, and forgets what no event can come of any more.
-- KEYS: of each customer
--   the contacts
--   a hash of reservations by decision: JSON, a list of { offerId, callId, at, heldUntil, holding, confirmed, over, series }
--   a sorted set of decisions by the instant at which one of their reservations may be forgotten
-- ARGV: of each customer JSON: now (epoch milliseconds), horizon (cell: what was over before it is asked by nobody) and events in order of
--   the log. Each has a type, position, decisionId, at (cell), and
--   CapReserved: callId, heldUntil, offers { offerId, series }
--   CapConfirmed: offerId, counted (number of the list), heldUntil
--   CapReleased: offerId
--   Positions are compared as texts of equal width, of digits or of lowercase hexadecimal digits.
-- returns: how many of the events were not in yet
local allPlaces = 7
local keptCells = 1000
local hour, day = 3600000, 86400000
-- What happened in time may be told late.
local grace = 7 * day

-- Of the customer whose turn it is.
local contactsKey, reservationsKey, endsKey, request
local position, lines, ledger, isChanged, decisions, isTouched

local function inserted(list, offset, text)
  if offset == #list then return list .. text end
  return sub(list, 1, offset) .. text .. sub(list, offset + 1)
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

local function withHold(list, places, heldUntil)
  return inserted(list, offsetOf(list, 0, holdWidth, heldUntil), heldUntil .. places)
end

-- Without one such hold, and without those that were over before the horizon.
local function withoutHold(list, places, heldUntil)
  for offset = offsetOf(list, 0, holdWidth, heldUntil), #list - holdWidth, holdWidth do
    local hold = sub(list, offset + 1, offset + holdWidth)
    if sub(hold, 1, cellWidth) ~= heldUntil then break end
    if hold == heldUntil .. places then
      list = sub(list, 1, offset) .. sub(list, offset + holdWidth + 1)
      break
    end
  end
  return sub(list, offsetOf(list, 0, holdWidth, request.horizon) + 1)
end

local function isCooling(name)
  return sub(name, 1, 6) ~= 'offer:' and sub(name, 1, 4) ~= 'tag:'
end

local function waitingText(held)
  return held.at .. held.heldUntil .. held.callId
end

-- Without one such reservation, and without those that were over before the horizon.
local function withoutWaiting(list, text)
  local left = {}
  for each in string.gmatch(list, '[^;]+') do
    if each == text then
      text = nil
    elseif sub(each, 14, 26) >= request.horizon then
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
  local missing = {}
  for _, name in ipairs(held.series) do
    if not ledger[name] then missing[#missing + 1] = name end
    isChanged[name] = true
  end
  if #missing > 0 then
    for index, value in ipairs(redis.call('HMGET', contactsKey, unpack(missing))) do
      ledger[missing[index]] = split(value or noContacts)
    end
  end
  for _, name in ipairs(held.series) do change(ledger[name], name) end
end

local function reservationsOf(decisionId)
  if not decisions[decisionId] then
    decisions[decisionId] = cjson.decode(redis.call('HGET', reservationsKey, decisionId) or '[]')
  end
  return decisions[decisionId]
end

local function reservationOf(event)
  for _, held in ipairs(reservationsOf(event.decisionId)) do
    if held.offerId == event.offerId then return held end
  end
end

-- Gives back the places that it holds and holds these ones instead.
local function holdPlaces(held, places, heldUntil)
  inSeriesOf(held, function(lists)
    lists[HOLDS] = withoutHold(lists[HOLDS], held.holding, held.heldUntil)
    if places > 0 then lists[HOLDS] = withHold(lists[HOLDS], places, heldUntil) end
  end)
  held.holding, held.heldUntil = places, heldUntil
end

-- To be called before anything is confirmed of it, or it is over. Those of one decision may be told apart by nothing.
local function endWaiting(held)
  if held.confirmed > 0 or held.over then return end
  inSeriesOf(held, function(lists, name)
    if isCooling(name) then lists[WAITING] = withoutWaiting(lists[WAITING], waitingText(held)) end
  end)
end

local apply = {}

function apply.CapReserved(event)
  for _, offer in ipairs(event.offers) do
    local line, lineEnd = lineOf(lines, event.decisionId, offer.offerId)
    if line then lines = sub(lines, 1, line - 1) .. sub(lines, lineEnd + 1) end
    local held = {
      offerId = offer.offerId,
      callId = event.callId,
      at = event.at,
      heldUntil = event.heldUntil,
      holding = allPlaces,
      confirmed = 0,
      over = false,
      series = offer.series,
    }
    table.insert(reservationsOf(event.decisionId), held)
    inSeriesOf(held, function(lists, name)
      lists[1] = withContact(lists[1], held.at)
      lists[HOLDS] = withHold(lists[HOLDS], allPlaces, held.heldUntil)
      if isCooling(name) then
        lists[WAITING] = (lists[WAITING] == '' and '' or lists[WAITING] .. ';') .. waitingText(held)
      end
    end)
  end
end

-- Also when the reservation had lapsed: the log says that it was presented in time.
function apply.CapConfirmed(event)
  local held, place = reservationOf(event), placeOf[event.counted]
  if not held or bit.band(held.confirmed, place) > 0 then return end
  endWaiting(held)
  held.confirmed = held.confirmed + place
  inSeriesOf(held, function(lists) lists[event.counted] = withContact(lists[event.counted], event.at) end)
  if event.counted ~= 2 then
    holdPlaces(held, bit.band(held.holding, allPlaces - place), held.heldUntil)
    return
  end
  holdPlaces(held, allPlaces - held.confirmed, event.heldUntil)
  inSeriesOf(held, function(lists, name)
    if isCooling(name) then lists[PRESENTED] = withImpression(lists[PRESENTED], event.at, held.callId) end
  end)
end

function apply.CapReleased(event)
  local held = reservationOf(event)
  if not held then return end
  endWaiting(held)
  holdPlaces(held, 0, held.heldUntil)
  held.over = true
end

-- When no event of it can come any more; nil: it is not known yet.
local function endOf(held)
  if held.over or held.confirmed == allPlaces then return tonumber(held.at) + grace end
  if held.confirmed > 0 then return tonumber(held.heldUntil) + grace end
end

local function forgetEnded()
  for _, decisionId in ipairs(redis.call('ZRANGEBYSCORE', endsKey, '-inf', '(' .. request.now, 'LIMIT', 0, 100)) do
    local left = {}
    for _, held in ipairs(reservationsOf(decisionId)) do
      local ends = endOf(held)
      if not ends or ends >= request.now then left[#left + 1] = held end
    end
    decisions[decisionId] = left
    isTouched[decisionId] = true
  end
  -- A decision is recorded at once or never, and the log brings what was recorded before.
  local left = {}
  for line in string.gmatch(lines, '[^\n]+') do
    local isOver = tonumber(sub(line, 14, 26)) < request.now and tonumber(sub(line, 1, 13)) + hour < request.now
    if not isOver then left[#left + 1] = line .. '\n' end
  end
  lines = table.concat(left)
end

local function saveDecision(decisionId)
  local reservations, ends = decisions[decisionId] or {}, nil
  if #reservations == 0 then
    redis.call('HDEL', reservationsKey, decisionId)
  else
    redis.call('HSET', reservationsKey, decisionId, cjson.encode(reservations))
  end
  for _, held in ipairs(reservations) do
    local each = endOf(held)
    if each and (not ends or each < ends) then ends = each end
  end
  if ends then
    redis.call('ZADD', endsKey, string.format('%.0f', ends), decisionId)
  else
    redis.call('ZREM', endsKey, decisionId)
  end
end

local function bringIn()
  local values = redis.call('HMGET', contactsKey, '@', '#', '+')
  local version, linesBefore = values[2], values[3] or ''
  position, lines = values[1], linesBefore
  ledger, isChanged, decisions, isTouched = {}, {}, {}, {}

  local applied = 0
  for _, event in ipairs(request.events) do
    if not position or event.position > position then
      apply[event.type](event)
      isTouched[event.decisionId] = true
      position = event.position
      applied = applied + 1
    end
  end
  if applied == 0 then return 0 end
  forgetEnded()

  for decisionId in pairs(isTouched) do saveDecision(decisionId) end
  local fields = { '@', position, '#', versionAfter(version) }
  for name in pairs(isChanged) do
    fields[#fields + 1], fields[#fields + 2] = name, table.concat(ledger[name], '|')
  end
  if lines ~= linesBefore then fields[#fields + 1], fields[#fields + 2] = '+', lines end
  -- There is an end to what can be unpacked.
  for first = 1, #fields, 2000 do
    redis.call('HSET', contactsKey, unpack(fields, first, math.min(first + 1999, #fields)))
  end
  if lines == '' and linesBefore ~= '' then redis.call('HDEL', contactsKey, '+') end
  return applied
end

local applied = 0
for customer, text in ipairs(ARGV) do
  contactsKey, reservationsKey, endsKey = unpack(KEYS, 3 * customer - 2, 3 * customer)
  request = cjson.decode(text)
  applied = applied + bringIn()
end
return applied
