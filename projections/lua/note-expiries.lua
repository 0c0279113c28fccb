-- Keeps which recorded reservations nothing is confirmed of, for all customers; each event counts once.
-- KEYS[1]: a sorted set of reservations by the instant until which they are held (epoch milliseconds)
-- KEYS[2]: a sorted set of those that somebody is ending, by the instant until which the claim is good (of Redis' clock)
-- KEYS[3]: the position of the last event that is in
-- ARGV: in order of the log, for each reservation: position of the event, reservation, held until; empty: nothing is left to end
local last = redis.call('GET', KEYS[3])
local newest = last
for index = 1, #ARGV, 3 do
  local position, reservation, heldUntil = ARGV[index], ARGV[index + 1], ARGV[index + 2]
  -- The offers of one event have one position.
  if not last or position > last then
    if heldUntil ~= '' then
      redis.call('ZADD', KEYS[1], heldUntil, reservation)
    else
      redis.call('ZREM', KEYS[1], reservation)
      redis.call('ZREM', KEYS[2], reservation)
    end
    newest = position
  end
end
if newest ~= last then redis.call('SET', KEYS[3], newest) end
