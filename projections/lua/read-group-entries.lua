-- The entries of one id in models of a group.
-- KEYS: the hash of each model
-- ARGV[1]: the id
-- returns: the entry of each model, false where there is none
local entries = {}
for at = 1, #KEYS do
  entries[at] = redis.call('HGET', KEYS[at], ARGV[1])
end
return entries
