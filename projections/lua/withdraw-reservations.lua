-- Forgets the reservations of a decision that the log has not brought, as if they had never been.
-- KEYS[1]: the contacts; KEYS[2]: the reservations of the log (`apply-cap-events.lua`)
-- ARGV[1]: the decision
-- returns: 1 when the log has brought reservations of the decision, otherwise 0
local values = redis.call('HMGET', KEYS[1], '#', '+')
local left = {}
for line in string.gmatch(values[2] or '', '[^\n]+') do
  if find(line, ' ' .. ARGV[1] .. ' ', 1, true) ~= 2 * cellWidth + 1 then left[#left + 1] = line .. '\n' end
end
local text = table.concat(left)
if text ~= (values[2] or '') then
  redis.call('HSET', KEYS[1], '#', versionAfter(values[1]))
  if text == '' then redis.call('HDEL', KEYS[1], '+') else redis.call('HSET', KEYS[1], '+', text) end
end
return redis.call('HEXISTS', KEYS[2], ARGV[1])
