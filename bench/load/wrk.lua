-- The script of a load by wrk: credentials from the file named in CREDENTIALS, one after another, and a result as JSON.
local credentials = {}
for line in io.lines(os.getenv("CREDENTIALS")) do credentials[#credentials + 1] = "Bearer " .. line end

local turn = 0
request = function()
  turn = turn % #credentials + 1
  return wrk.format("GET", nil, { ["Authorization"] = credentials[turn] })
end

done = function(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.timeout + errors.status
  local form = '\n{"requests":%d,"failed":%d,"microseconds":%d,"p50":%d,"p99":%d}\n'
  local p50, p99 = latency:percentile(50), latency:percentile(99)
  io.write(string.format(form, summary.requests, failed, summary.duration, p50, p99))
end
