-- Undoes the reservations of a decision that the log is not known to have.
-- KEYS: as the ledger's
-- ARGV[1]: decisionId
-- returns: how many reservations the decision still has
local left = {}
for _, held in ipairs(reservationsOf(ARGV[1])) do
  if held.recorded then left[#left + 1] = held else undo(held, '') end
end
if #left < #decisions[ARGV[1]] then
  decisions[ARGV[1]] = left
  isTouched[ARGV[1]] = true
  save()
end
return #left
