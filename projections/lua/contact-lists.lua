-- How the contacts of one customer are kept; this text stands before the scripts that read or change them.
--
-- A hash of series by name, each seven lists with '|' between:
--   1 DECISION, 2 IMPRESSION, 3 CLICK, 4 ACCEPTANCE: instants, ascending, in cells of 13 digits. Only the newest `keptCells` are told
--     apart: before them stands 'n', the number of those that were before in 12 digits, and the newest of those.
--   5 holds: cells of until when places are held, ascending, each with the sum of the places (1 impression, 2 click, 4 acceptance)
--   6 waiting: reservations that nothing is confirmed of, with ';' between: reserved at, held until, call
--   7 presented: the latest impressions of two calls, with ';' between, the later first: at, call
--   The last two only in series that cooling windows are asked of. All seven are of the log. Beside the series are
--   '+', the reservations that the log has not brought yet, a line each: `<at><held until> <decision> <offer> <call> ,<series>,...,<series>,`
--   '#', which is another after each change, and '@', the position of the last event that is in.
local HOLDS, WAITING, PRESENTED = 5, 6, 7
local placeOf = { 0, 1, 2, 4 }
local cellWidth, holdWidth, headWidth = 13, 14, 26
local noContacts = '||||||'
local find, sub, byte = string.find, string.sub, string.byte

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

-- How many bytes of a list of contacts only count.
local function headOf(list)
  return byte(list) == 110 and headWidth or 0
end

-- How many bytes are before the first cell that is not before an instant.
local function offsetOf(list, first, width, instant)
  local low, high = first, #list
  if low == high or sub(list, low + 1, low + cellWidth) >= instant then return low end
  if sub(list, high - width + 1, high - width + cellWidth) < instant then return high end
  while low < high do
    local middle = low + math.floor((high - low) / width / 2) * width
    if sub(list, middle + 1, middle + cellWidth) < instant then low = middle + width else high = middle end
  end
  return low
end

-- The number that is not before an instant; those before the kept ones all are while the newest of them is: never too low.
local function countFrom(list, instant)
  local head = headOf(list)
  local count = (#list - offsetOf(list, head, cellWidth, instant)) / cellWidth
  if head > 0 and sub(list, 14, head) >= instant then count = count + tonumber(sub(list, 2, 13)) end
  return count
end

-- Bytes where the line of a reservation begins and ends in the text of those that the log has not brought; nil: it is not there.
local function lineOf(lines, decisionId, offerId)
  local name = find(lines, ' ' .. decisionId .. ' ' .. offerId .. ' ', 1, true)
  if name then return name - 2 * cellWidth, find(lines, '\n', name, true) end
end

-- What a change of the hash leaves in '#'. The first is no number that was ever there before everything was lost.
local function versionAfter(version)
  if version then return string.format('%.0f', version + 1) end
  local time = redis.call('TIME')
  return time[1] .. string.format('%06d', time[2])
end
