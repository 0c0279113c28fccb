-- Replaces an entry if it is still the one that the new one was made of.
-- KEYS[1]: the entry
-- ARGV[1]: the position of the entry that the new one was made of; empty: there was none
-- ARGV[2]: the new entry: its position, a newline, JSON
-- returns: 1; or 0 when another one is there, which stays
local expected = ARGV[1]
if expected == '' then return redis.call('SETNX', KEYS[1], ARGV[2]) end
if redis.call('GETRANGE', KEYS[1], 0, #expected) ~= expected .. '\n' then return 0 end
redis.call('SET', KEYS[1], ARGV[2])
return 1
