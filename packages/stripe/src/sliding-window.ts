/**
 * The Lua script that lets a call through if, in the second before it, fewer than the limit went through, counted in two
 * logs at once: that of its endpoint and that of all calls. It changes nothing when it says no, so a refused endpoint
 * costs the others nothing. A counter per second, the library's own way, would let through twice the limit where two
 * seconds meet.
 *
 * It answers as rate-limiter-flexible's own script does: points consumed, more than the limit for no, and milliseconds to
 * wait. It is given the endpoint's log as KEYS[1] and its limit as ARGV[3]. `allCalls` must lie in the same slot of a
 * cluster: share a hash tag. The time is Redis' own, as the clocks of pods differ.
 */
export function slidingWindowScript(allCalls: { readonly key: string; readonly perSecond: number }): string {
  return `
local logs = { { key = KEYS[1], limit = tonumber(ARGV[3]) }, { key = '${allCalls.key}', limit = ${allCalls.perSecond} } }
local second = 1000000
local time = redis.call('time')
local now = time[1] * second + time[2]

local wait = 0
for _, log in ipairs(logs) do
  -- The call that would have to be a second old: as many places back as the limit allows.
  local age = now - (redis.call('lindex', log.key, -log.limit) or 0)
  -- A negative age is that of a clock turned back, by a failover perhaps.
  if age >= 0 and age < second then wait = math.max(wait, second - age) end
end
if wait > 0 then return { logs[1].limit + 1, math.ceil(wait / 1000) } end

for _, log in ipairs(logs) do
  redis.call('rpush', log.key, now)
  redis.call('ltrim', log.key, -log.limit, -1)
  redis.call('pexpire', log.key, 2000)
end
return { 1, 0 }`;
}
