-- One more screen pop of an agent, unless the agent's stream has passed its position already.
-- KEYS[1]: the stream of the agent
-- ARGV[1]: the position of the pop; [2]: the pop as JSON; [3]: how many are kept; [4]: seconds after which a stream without a
-- new pop is gone; [5]: the channel that says there is one more
-- returns: 1 when it was added, 0 when not

-- The server's language decides which of two letters is smaller, but not which of two digits.
local function digits(text)
  return (text:gsub('.', function(character) return ('%03d'):format(character:byte()) end))
end

local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
local previous = newest and newest[2][2] or ''
if digits(ARGV[1]) <= digits(previous) then return 0 end
redis.call('XADD', KEYS[1], 'MAXLEN', ARGV[3], '*', 'position', ARGV[1], 'previous', previous, 'pop', ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[4])
redis.call('PUBLISH', ARGV[5], '')
return 1
