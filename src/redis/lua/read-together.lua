-- Strings, whole hashes and fields of hashes of one slot at one instant.
-- KEYS: the strings, then the hashes, then of each field its hash
-- ARGV[1], ARGV[2]: how many of the keys are strings, and how many are hashes; then the fields
-- returns: the values of the strings (false where there is none), then for each hash its fields and values in turn as one text, with
--   NUL between, as many short replies cost everybody more; then the values of the fields (false where there is none). Where a key is
--   of something else, an error in its place
local strings, hashes = tonumber(ARGV[1]), tonumber(ARGV[2])
local found = {}
if strings > 0 then found = redis.call('MGET', unpack(KEYS, 1, strings)) end
for index = strings + 1, strings + hashes do
  local hash = redis.pcall('HGETALL', KEYS[index])
  found[index] = hash.err and hash or table.concat(hash, '\0')
end
for index = strings + hashes + 1, #KEYS do
  found[index] = redis.pcall('HGET', KEYS[index], ARGV[2 + index - strings - hashes])
end
return found
