-- The entries of a group's models that have changed since a position, in order of their positions.
-- KEYS: of each model: the hash of its entries, the sorted set of its changes
-- ARGV[1]: the range begins there, as ZRANGEBYLEX wants it
-- ARGV[2]: so many of each model at most
-- returns: of each model a list of ids and entries in turn
local models = {}
for model = 1, #KEYS / 2 do
  local page = {}
  local changes = redis.call('ZRANGEBYLEX', KEYS[2 * model], ARGV[1], '+', 'LIMIT', 0, ARGV[2])
  for at, change in ipairs(changes) do
    local id = string.match(change, '\n(.*)')
    page[2 * at - 1] = id
    page[2 * at] = redis.call('HGET', KEYS[2 * model - 1], id)
  end
  models[model] = page
end
return models
