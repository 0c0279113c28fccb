-- How full caps of everybody are; and places under them for one replica, so that contacts, holds and all blocks stay within the limit.
-- KEYS: the book; then for each cap its blocks (hash by replica), the contacts of its series (hashes), the holds of its series (sorted sets)
-- ARGV[1]: the replica that asks
-- ARGV[2]: JSON: for each cap { contacts, holds: how many keys, at: the instant (epoch milliseconds), since: the first minute of the
-- window (absent: all), limit, history: { ever: how many contacts there were when the replica asked for their minutes, from: the first day
-- that it needs (absent: all) } (absent: it needs none), block: absent when the replica only looks, else { wanted: places (0: none), own: contacts not yet in the book that count at the instant, inFlight: all
-- contacts not yet in the book, till: when its block is over (instant), sole: only what is wanted } }
-- ARGV[3]: number of this call, each of the replica's has a higher one: what is carried out after a newer one changes no block
-- returns: position of the last event in the book, name of the book, instant up to which everything recorded is in it, largest number of
-- decisions of an offer; then for each cap { contacts in the window, holds, in blocks of others, granted, whether holds ended within the
-- two seconds before the instant (1 or 0), contacts ever, days and hours of each series as names and
-- values in turn, or false when there were no more contacts }
local book = redis.call('HMGET', KEYS[1], 'position', 'book', 'upTo', 'largest')
local upTo = tonumber(book[3] or '0')
local replica, call = ARGV[1], tonumber(ARGV[3])
local largestBlock = 50

local function contactsSince(key, minute)
  local known = redis.call('HMGET', key, 'all', 'first', 'last')
  local all = tonumber(known[1] or '0')
  if all == 0 or not minute then return all, all end
  local hour = math.floor(minute / 60)
  local day = math.floor(hour / 24)
  local last = tonumber(known[3])
  if day < tonumber(known[2]) then return all, all end
  if day > last then return 0, all end
  local fields = {}
  for each = hour, day * 24 + 23 do fields[#fields + 1] = 'hour:' .. each end
  for each = day + 1, last do fields[#fields + 1] = 'day:' .. each end
  local count = 0
  for from = 1, #fields, 1000 do
    local values = redis.call('HMGET', key, unpack(fields, from, math.min(from + 999, #fields)))
    for index, value in ipairs(values) do
      if value and from + index == 2 then
        for cell, contacts in string.gmatch(value, ' (%d+)=(%d+)') do
          if tonumber(cell) >= minute % 60 then count = count + tonumber(contacts) end
        end
      elseif value then
        count = count + tonumber(string.match(value, '^%d+'))
      end
    end
  end
  return count, all
end

local function historyOf(key, from)
  if not from then return redis.call('HGETALL', key) end
  local history = {}
  for day = from, tonumber(redis.call('HGET', key, 'last') or '-1') do
    local fields = { 'day:' .. day }
    for hour = day * 24, day * 24 + 23 do fields[#fields + 1] = 'hour:' .. hour end
    for index, value in ipairs(redis.call('HMGET', key, unpack(fields))) do
      if value then
        history[#history + 1] = fields[index]
        history[#history + 1] = value
      end
    end
  end
  return history
end

local key = 1
local function answerTo(cap)
  local blocks = KEYS[key + 1]
  local firstSeries, firstHold = key + 2, key + 2 + cap.contacts
  key = key + 1 + cap.contacts + cap.holds
  local used, ever, held, lapsed = 0, 0, 0, 0
  for index = firstSeries, firstHold - 1 do
    local count, all = contactsSince(KEYS[index], cap.since)
    used = used + count
    ever = ever + all
  end
  local at = string.format('%.0f', cap.at)
  for index = firstHold, key do
    held = held + redis.call('ZCOUNT', KEYS[index], at, '+inf')
    if cap.block and lapsed == 0 then
      lapsed = redis.call('ZCOUNT', KEYS[index], string.format('%.0f', cap.at - 2000), '(' .. at)
    end
  end
  local history = false
  if cap.history and cap.history.ever ~= ever then
    history = {}
    for index = firstSeries, firstHold - 1 do
      history[#history + 1] = historyOf(KEYS[index], cap.history.from)
    end
  end

  -- A block: "<places in flight or free> <its end> <free places> <limit under which they are free> <call>".
  local others, ceiling, newest = 0, cap.limit, 0
  local all = redis.call('HGETALL', blocks)
  for index = 1, #all, 2 do
    local places, till, free, limit, by = string.match(all[index + 1], '^(%d+) (%d+) (%d+) (%d+) (%d+)$')
    if all[index] == replica then
      newest = tonumber(by)
    elseif tonumber(till) <= upTo then
      -- Whatever was done with its places has been recorded, and is in the book.
      if cap.block then redis.call('HDEL', blocks, all[index]) end
    else
      others = others + tonumber(places)
      -- Whoever still has places under a lower limit relies on its not being passed.
      if tonumber(free) > 0 then ceiling = math.min(ceiling, tonumber(limit)) end
    end
  end
  local granted = 0
  local block = cap.block
  if block and call > newest then
    local free = ceiling - used - held - others - block.own
    if block.wanted > 0 and free > 0 and not history then
      local share = math.min(largestBlock, math.floor(free / 8))
      if block.sole then share = 0 end
      granted = math.min(free, math.max(block.wanted, share))
    end
    -- Also when it is empty: it says which calls are late. Others clear it away.
    local places = block.inFlight + granted
    local text = string.format('%.0f %.0f %.0f %.0f %.0f', places, block.till, granted, cap.limit, call)
    redis.call('HSET', blocks, replica, text)
  end
  return { used, held, others, granted, lapsed > 0 and 1 or 0, ever, history }
end

local answers = { book[1] or '', book[2] or '', upTo, tonumber(book[4] or '0') }
for _, cap in ipairs(cjson.decode(ARGV[2])) do
  answers[#answers + 1] = answerTo(cap)
end
return answers
