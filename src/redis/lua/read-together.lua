-- Strings and whole hashes of one slot at one instant.
-- KEYS: the strings, then the hashes
-- ARGV[1]: how many of the keys are strings
-- returns: the values of the strings (false where there is none), then for each hash a list of fields and values
local strings = tonumber(ARGV[1])
local found = {}
if strings > 0 then found = redis.call('MGET', unpack(KEYS, 1, strings)) end
for index = strings + 1, #KEYS do
  found[index] = redis.call('HGETALL', KEYS[index])
end
return found
