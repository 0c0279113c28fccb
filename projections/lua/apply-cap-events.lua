-- Brings events of one customer in, each once, and forgets reservations whose end has come.
-- KEYS: as the ledger's
-- ARGV[1]: JSON: horizon (cell), now (epoch milliseconds) and events in order of the log. Each has a type, position, decisionId, at (cell), and
--   CapReserved: callId, heldUntil, offers { offerId, series }
--   CapConfirmed: offerId, counted (number of the list), heldUntil
--   CapReleased: offerId
--   Positions are compared as texts of equal width, of digits or of lowercase hexadecimal digits.
-- returns: how many of the events were not in yet
local request = cjson.decode(ARGV[1])
local horizon = request.horizon

local apply = {}

function apply.CapReserved(event)
  for _, offer in ipairs(event.offers) do
    local held = reservationOf(event.decisionId, offer.offerId)
    if held then
      held.recorded = true
    else
      hold(event.decisionId, {
        offerId = offer.offerId,
        callId = event.callId,
        at = event.at,
        heldUntil = event.heldUntil,
        recorded = true,
        series = offer.series,
      })
    end
  end
end

-- Also when the reservation had lapsed: the log says that it was presented in time.
function apply.CapConfirmed(event)
  local held = reservationOf(event.decisionId, event.offerId)
  if not held then return end
  local place = placeOf[event.counted]
  if band(held.confirmed, place) > 0 then return end
  endWaiting(held, horizon)
  held.confirmed = held.confirmed + place
  inSeriesOf(held, function(lists) lists[event.counted] = withContact(lists[event.counted], event.at) end)
  if event.counted ~= 2 then
    holdPlaces(held, band(held.holding, allPlaces - place), held.heldUntil, horizon)
    return
  end
  holdPlaces(held, allPlaces - held.confirmed, event.heldUntil, horizon)
  inSeriesOf(held, function(lists, name)
    if isCooling(name) then lists[PRESENTED] = withImpression(lists[PRESENTED], event.at, held.callId) end
  end)
end

function apply.CapReleased(event)
  local held = reservationOf(event.decisionId, event.offerId)
  if not held then return end
  endWaiting(held, horizon)
  holdPlaces(held, 0, held.heldUntil, horizon)
  held.over = true
end

local applied = 0
local position = redis.call('HGET', KEYS[1], '@')
for _, event in ipairs(request.events) do
  if not position or event.position > position then
    apply[event.type](event)
    isTouched[event.decisionId] = true
    position = event.position
    applied = applied + 1
  end
end
if applied == 0 then return 0 end

for _, decisionId in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', '(' .. request.now, 'LIMIT', 0, 100)) do
  local left = {}
  for _, held in ipairs(reservationsOf(decisionId)) do
    local ends = endOf(held)
    if not ends or ends >= request.now then
      left[#left + 1] = held
    elseif not held.recorded then
      undo(held, horizon)
    end
  end
  decisions[decisionId] = left
  isTouched[decisionId] = true
end
save(position)
return applied
