-- Replaces each entry that is still the one that the new one was made of.
-- KEYS: the entries
-- ARGV: of each entry: the position of the entry that the new one was made of (empty: there was none), and the new entry: its position, a
--   newline, JSON
-- returns: of each entry 1; or 0 when another one is there, which stays
local replaced = {}
for index, key in ipairs(KEYS) do
  local expected, entry = ARGV[2 * index - 1], ARGV[2 * index]
  if expected == '' then
    replaced[index] = redis.call('SETNX', key, entry)
  elseif redis.call('GETRANGE', key, 0, #expected) == expected .. '\n' then
    redis.call('SET', key, entry)
    replaced[index] = 1
  else
    replaced[index] = 0
  end
end
return replaced
