-- Reserves all offers of each of some decisions under all their caps, or none of it.
-- KEYS: of each decision the contacts and the reservations of the log (`apply-cap-events.lua`) of its customer
-- ARGV: of each decision JSON: decisionId, callId, names of all series asked about; at, heldUntil (cells); version that the caps were looked
--   at in (absent: whichever); cooling { series, since } (absent: none); offers { offerId, series, caps }. Each cap is a list: limit, number
--   of the list that it counts, cell of its window's beginning, 1 when it is known to be shut, then the names of its series. `series` is as
--   in a line.
-- returns: of each decision RESERVED; or number of the first offer without a place, and OVER, COOLING or the number of the cap in the way;
--   or CHANGED and the whole hash of contacts, when the version is another: nothing was reserved

-- Of the decision whose turn it is.
local contactsKey, reservationsKey, request
local ledger, lines, fresh, won, recorded

local function isRecorded(offerId)
  recorded = recorded or cjson.decode(redis.call('HGET', reservationsKey, request.decisionId) or '[]')
  for _, held in ipairs(recorded) do
    if held.offerId == offerId then
      return true, held.confirmed > 0 or (held.holding > 0 and request.at <= held.heldUntil)
    end
  end
  return false
end

local function heldFrom(list, place)
  local count = 0
  for offset = offsetOf(list, 0, holdWidth, request.at), #list - holdWidth, holdWidth do
    if bit.band(byte(list, offset + holdWidth), place) > 0 then count = count + 1 end
  end
  return count
end

-- Mostly there are fewer than the limit even without asking when they were.
local function hasRoomAnyway(cap)
  local limit, counted, most = cap[1], cap[2], #fresh * (#cap - 4)
  for index = 5, #cap do
    local lists = ledger[cap[index]]
    if byte(lists[counted]) == 110 then return false end
    most = most + #lists[counted] / cellWidth + #lists[HOLDS] / holdWidth
  end
  return most < limit
end

local function isFull(cap)
  if cap[4] == 1 then return true end
  if hasRoomAnyway(cap) then return false end
  local limit, counted, start, used = cap[1], cap[2], cap[3], 0
  for index = 5, #cap do
    local lists = ledger[cap[index]]
    used = used + countFrom(lists[counted], start)
    if counted > 1 and lists[HOLDS] ~= '' then used = used + heldFrom(lists[HOLDS], placeOf[counted]) end
    if #fresh > 0 then
      local name = ',' .. cap[index] .. ','
      for _, each in ipairs(fresh) do
        local counts = counted == 1 and each.at >= start or counted > 1 and each.heldUntil >= request.at
        if counts and find(each.series, name, 1, true) then used = used + 1 end
      end
    end
  end
  return used >= limit
end

-- Whether another call has made a contact in the series since then, or is about to.
local function isCoolingDown()
  local series, since = request.cooling.series, request.cooling.since
  local lists, name = ledger[series], ',' .. series .. ','
  local callId, at = request.callId, request.at
  for _, each in ipairs(fresh) do
    local isOfAnother = each.callId ~= callId and find(each.series, name, 1, true)
    if isOfAnother and each.heldUntil >= at and each.at > since then return true end
  end
  for each in string.gmatch(lists[WAITING], '[^;]+') do
    if sub(each, 27) ~= callId and sub(each, 14, 26) >= at and sub(each, 1, 13) > since then return true end
  end
  for each in string.gmatch(lists[PRESENTED], '[^;]+') do
    if sub(each, 14) ~= callId and sub(each, 1, 13) > since then return true end
  end
  return false
end

local function inTheWay(offer)
  local at, heldUntil, callId, decisionId = request.at, request.heldUntil, request.callId, request.decisionId
  local line = lineOf(lines, decisionId, offer.offerId)
  local isKnown, isAlive = line ~= nil, line and at <= sub(lines, line + 13, line + 25)
  if not isKnown then isKnown, isAlive = isRecorded(offer.offerId) end
  if isKnown then return not isAlive and 'OVER' or nil end
  for number, cap in ipairs(offer.caps) do
    if isFull(cap) then return number end
  end
  if request.cooling and isCoolingDown() then return 'COOLING' end
  fresh[#fresh + 1] = { at = at, heldUntil = heldUntil, callId = callId, series = offer.series }
  won[#won + 1] = table.concat({ at .. heldUntil, decisionId, offer.offerId, callId, offer.series .. '\n' }, ' ')
end

local function reserve()
  local values = redis.call('HMGET', contactsKey, '#', '+', unpack(request.names))
  local version = values[1]
  if request.version and request.version ~= (version or '') then
    return { 'CHANGED', redis.call('HGETALL', contactsKey) }
  end
  ledger, lines, fresh, won, recorded = {}, values[2] or '', {}, {}, nil
  for index, name in ipairs(request.names) do ledger[name] = split(values[index + 2] or noContacts) end
  -- Those that the log has not brought yet, and those of this decision as they come.
  for line in string.gmatch(lines, '[^\n]+') do
    local call, series = string.match(line, ' (%S+) (%S+)$')
    fresh[#fresh + 1] = { at = sub(line, 1, 13), heldUntil = sub(line, 14, 26), callId = call, series = series }
  end
  for number, offer in ipairs(request.offers) do
    local by = inTheWay(offer)
    if by then return { number, by } end
  end
  if #won > 0 then redis.call('HSET', contactsKey, '+', lines .. table.concat(won), '#', versionAfter(version)) end
  return 'RESERVED'
end

local answers = {}
for decision, text in ipairs(ARGV) do
  contactsKey, reservationsKey = KEYS[2 * decision - 1], KEYS[2 * decision]
  request = cjson.decode(text)
  answers[decision] = reserve()
end
return answers
