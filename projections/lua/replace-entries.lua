-- Replaces each entry that is still the one that the new one was made of.
-- KEYS: the entries
-- ARGV: of each entry: the position of the entry that the new one was made of (empty: there was none), and the new entry: its position, a
--   newline, JSON
-- returns: the numbers, from 1, of those where another one is there, which stays
local refused = {}
for index, key in ipairs(KEYS) do
  local expected, entry = ARGV[2 * index - 1], ARGV[2 * index]
  local isReplaced = false
  if expected == '' then
    isReplaced = redis.call('SETNX', key, entry) == 1
  elseif redis.call('GETRANGE', key, 0, #expected) == expected .. '\n' then
    redis.call('SET', key, entry)
    isReplaced = true
  end
  if not isReplaced then refused[#refused + 1] = index end
end
return refused
