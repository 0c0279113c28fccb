-- Puts the announced build of a model in use, unless it has been withdrawn or another is in use meanwhile.
-- KEYS[1]: the control hash
-- ARGV[1]: the model, a field
-- ARGV[2]: the field of its announced build
-- ARGV[3]: the number of the build that is expected to be in use
-- ARGV[4]: the number of the announced one
-- ARGV[5]: a field to be set with it; empty: none
-- returns: 1 when that is in use now, 0 when nothing was changed
local numbers = redis.call('HMGET', KEYS[1], ARGV[1], ARGV[2])
if numbers[1] ~= ARGV[3] or numbers[2] ~= ARGV[4] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[4])
redis.call('HDEL', KEYS[1], ARGV[2])
if ARGV[5] ~= '' then redis.call('HSET', KEYS[1], ARGV[5], '1') end
return 1
