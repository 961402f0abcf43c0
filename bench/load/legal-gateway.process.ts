import '../../src/main';

/**
 * The gateway of `legal.bench.ts`: the whole process as deployed, configured by its environment. It also
 * measures how long its event loop is blocked, and answers each message with a report.
 */
const HEARTBEAT_MS = 5;

/** The resources that the gateway used since the last report. */
export interface GatewayReport {
  /** The longest delay of a heartbeat. */
  readonly blockedMs: number;
  readonly cpuMs: number;
  readonly rssMb: number;
  /** The maximum since the start. */
  readonly maxRssMb: number;
}

let blockedMs = 0;
let lastBeatMs = performance.now();
let cpu = process.cpuUsage();

setInterval(() => {
  const nowMs = performance.now();
  blockedMs = Math.max(blockedMs, nowMs - lastBeatMs - HEARTBEAT_MS);
  lastBeatMs = nowMs;
}, HEARTBEAT_MS);

process.on('message', () => {
  const { user, system } = process.cpuUsage(cpu);
  const report: GatewayReport = {
    blockedMs,
    cpuMs: (user + system) / 1e3,
    rssMb: process.memoryUsage.rss() / 2 ** 20,
    maxRssMb: process.resourceUsage().maxRSS / 2 ** 10,
  };
  blockedMs = 0;
  cpu = process.cpuUsage();
  process.send?.(report);
});
