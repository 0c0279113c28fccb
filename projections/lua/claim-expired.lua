-- Hands out reservations whose time is over, each to one who asks: to another only when nothing has come of it in time.
-- KEYS[1]: a sorted set of reservations by the instant until which they are held (epoch milliseconds)
-- KEYS[2]: a sorted set of those that somebody is ending, by the instant until which the claim is good (of Redis' clock)
-- ARGV[1]: those held until before this instant
-- ARGV[2]: milliseconds for which a claim is good
-- ARGV[3]: how many at most
-- returns: the reservations
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local claimed = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', '(' .. string.format('%.0f', now), 'LIMIT', 0, ARGV[3])
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', '(' .. ARGV[1], 'LIMIT', 0, ARGV[3] - #claimed)
for _, reservation in ipairs(due) do
  redis.call('ZREM', KEYS[1], reservation)
  claimed[#claimed + 1] = reservation
end
for _, reservation in ipairs(claimed) do
  redis.call('ZADD', KEYS[2], string.format('%.0f', now + ARGV[2]), reservation)
end
return claimed
