-- Takes a lease that nobody has, or goes on with one's own.
-- KEYS[1]: the lease
-- ARGV[1]: the owner
-- ARGV[2]: for how many milliseconds
-- returns: 1 when the owner has it now, 0 when another has
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
