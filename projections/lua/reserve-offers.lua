-- Reserves all offers of a decision under all their caps, or none.
-- KEYS: as the ledger's
-- ARGV[1]: JSON: decisionId, callId, names of all series concerned; at, heldUntil (cells); version that the caps were looked at in
--   (absent: whichever); cooling { series, since } (absent: none); offers { offerId, series, caps }. Each cap is a list: limit, number of the
--   list that it counts, cell of its window's beginning, 1 when it is known to be shut, then the names of its series.
-- returns: RESERVED; or number of the first offer without a place, and OVER, COOLING or the number of the cap in the way;
--   or CHANGED and the whole hash of series, when the version is another: nothing was reserved
local request = cjson.decode(ARGV[1])
local at, cooling = request.at, request.cooling

version = redis.call('HGET', KEYS[1], '#')
if request.version and request.version ~= (version or '') then return { 'CHANGED', redis.call('HGETALL', KEYS[1]) } end
fetch(request.names)

local function isFull(cap)
  if cap[4] == 1 then return true end
  local counted, used = cap[2], 0
  for index = 5, #cap do
    local lists = ledger[cap[index]]
    used = used + countFrom(lists[counted], cap[3])
    if counted > 1 then used = used + heldFrom(lists[HOLDS], placeOf[counted], at) end
  end
  return used >= cap[1]
end

-- Whether another call has made a contact in the series since then, or is about to.
local function isCoolingDown()
  local lists = ledger[cooling.series]
  for each in string.gmatch(lists[WAITING], '[^;]+') do
    if sub(each, 27) ~= request.callId and sub(each, 14, 26) >= at and sub(each, 1, 13) > cooling.since then return true end
  end
  for each in string.gmatch(lists[PRESENTED], '[^;]+') do
    if sub(each, 14) ~= request.callId and sub(each, 1, 13) > cooling.since then return true end
  end
  return false
end

local function inTheWay(offer)
  local held = reservationOf(request.decisionId, offer.offerId)
  if held then
    local isAlive = held.confirmed > 0 or (held.holding > 0 and at <= held.heldUntil)
    return not isAlive and 'OVER' or nil
  end
  for number, cap in ipairs(offer.caps) do
    if isFull(cap) then return number end
  end
  if cooling and isCoolingDown() then return 'COOLING' end
  hold(request.decisionId, {
    offerId = offer.offerId,
    callId = request.callId,
    at = at,
    heldUntil = request.heldUntil,
    recorded = false,
    series = offer.series,
  })
end

for number, offer in ipairs(request.offers) do
  local by = inTheWay(offer)
  if by then return { number, by } end
end
save()
return 'RESERVED'
