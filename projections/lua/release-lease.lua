-- Gives a lease back, if it is still one's own.
-- KEYS[1]: the lease
-- ARGV[1]: the owner
-- returns: 1 when it was given back, 0 when another has it or nobody
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
