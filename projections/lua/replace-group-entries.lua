-- Replaces entries of a group's models if all of them are still those that the new ones were made of.
-- KEYS: of each model: the hash of its entries, the sorted set of its changes
-- ARGV: of each entry: the number of its model from 1, its id, the position of the entry that the new one was made of (empty: there
--   was none), the new position, the new entry
-- returns: 1; or 0 when another entry is there: then all stay as they are
for at = 1, #ARGV, 5 do
  local model, id, expected = tonumber(ARGV[at]), ARGV[at + 1], ARGV[at + 2]
  if expected == '' then
    if redis.call('HEXISTS', KEYS[2 * model - 1], id) == 1 then return 0 end
  elseif not redis.call('ZSCORE', KEYS[2 * model], expected .. '\n' .. id) then
    return 0
  end
end
for at = 1, #ARGV, 5 do
  local model, id = tonumber(ARGV[at]), ARGV[at + 1]
  redis.call('HSET', KEYS[2 * model - 1], id, ARGV[at + 4])
  redis.call('ZREM', KEYS[2 * model], ARGV[at + 2] .. '\n' .. id)
  redis.call('ZADD', KEYS[2 * model], 0, ARGV[at + 3] .. '\n' .. id)
end
return 1
