-- Puts another build of a model in use, unless somebody else has done so.
-- KEYS[1]: the control hash
-- ARGV[1]: the model, a field
-- ARGV[2]: the number of the build that is expected to be in use
-- ARGV[3]: the number of the next
-- returns: 1 when the next is in use now, 0 when another than the expected one was
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1
