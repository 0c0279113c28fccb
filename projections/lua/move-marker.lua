-- Says that everything up to a position is on this server. What was said before of a later one stays.
-- KEYS[1]: the marker
-- ARGV[1]: the position
-- ARGV[2]: 1 when there has to be a marker already
-- returns: 1; or 0 when there is none although there has to be: then none is made
local known = redis.call('GET', KEYS[1])
if not known and ARGV[2] == '1' then return 0 end
-- Byte by byte: the order of strings is that of the server's locale.
local function isAfter(one, other)
  for at = 1, #one do
    local difference = string.byte(one, at) - (string.byte(other, at) or -1)
    if difference ~= 0 then return difference > 0 end
  end
  return false
end
if not known or isAfter(ARGV[1], known) then redis.call('SET', KEYS[1], ARGV[1]) end
return 1
