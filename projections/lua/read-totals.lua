-- What the book of totals says of reservations, before events are applied to it.
-- KEYS: the book, its open reservations (hash), when they are forgotten (sorted set)
-- ARGV[1]: the instant before which they are forgotten, epoch milliseconds
-- ARGV[2...]: reservations
-- returns: the position of the last event applied ('' before the first); each reservation asked, false where there is none; those to be
-- forgotten (50 at most) as a list of names and values in turn
local asked = {}
for from = 2, #ARGV, 1000 do
  local values = redis.call('HMGET', KEYS[2], unpack(ARGV, from, math.min(from + 999, #ARGV)))
  for index, value in ipairs(values) do asked[from + index - 2] = value end
end
local over = {}
for _, name in ipairs(redis.call('ZRANGE', KEYS[3], '-inf', '(' .. ARGV[1], 'BYSCORE', 'LIMIT', 0, 50)) do
  over[#over + 1] = name
  over[#over + 1] = redis.call('HGET', KEYS[2], name) or ''
end
return { redis.call('HGET', KEYS[1], 'position') or '', asked, over }
