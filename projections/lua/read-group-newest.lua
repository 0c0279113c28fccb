-- The last change of each model of a group.
-- KEYS: of each model the sorted set of its changes
-- returns: of each model a position, a newline, an id; empty when it has no entries
local newest = {}
for at = 1, #KEYS do
  newest[at] = redis.call('ZREVRANGEBYLEX', KEYS[at], '+', '-', 'LIMIT', 0, 1)[1] or ''
end
return newest
