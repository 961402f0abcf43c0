import type { ColdPage, Crowd } from './cold';
import type { BenchGateway } from './gateway';
import { rssMbOf } from './process-usage';
import type { Start } from './start';
import type { WarmResult } from './warm';
import type { Workload } from './workloads';

/** The maximums for the gateway, with and without Redis. The minimum shares of raw are in `workloads.ts`. */
export const BOUNDS = {
  /** p99 as a multiple of p50. */
  tail: 4,
  pageOverheadMs: 15,
  crowdMs: 300,
  crowdCalls: 11,
  /** From `node dist/main.js` to the first answer. */
  startMs: 800,
  rssMb: 250,
};

/** Each function prints a table. @returns a line for each missed bound */
export function reportWorkload(workload: Workload, results: readonly WarmResult[]): string[] {
  const rows = results.map((result) => [
    result.contestant.name,
    {
      'req/s': Math.round(result.requestsPerSecond),
      'share of raw': rounded(result.shareOfRaw, 3),
      'p50 ms': rounded(result.p50Ms),
      'p99 ms': rounded(result.p99Ms),
      'p99/p50': rounded(result.tail, 1),
      'CPU ms': rounded(result.cpuMs, 3),
      'share by CPU': rounded(result.shareByCpu, 3),
      'answer kB': rounded(result.answerBytes / 1e3, 1),
      'RSS MB': Math.round(result.rssMb),
    },
  ]);
  console.log(workload.name);
  console.table(Object.fromEntries(rows));
  return results.filter(isGateway).flatMap(({ contestant, shareOfRaw, tail }) => {
    const name = `${workload.name}, ${contestant.name}`;
    return [
      ...belowMin(`${name}: share of raw`, shareOfRaw, workload.minShare),
      ...aboveMax(`${name}: p99/p50`, tail, BOUNDS.tail),
    ];
  });
}

export function reportPages(directMs: number, pages: readonly ColdPage[]): string[] {
  const rows = pages.map(({ gateway, elapsedMs, overheadMs }) => [
    gateway.name,
    { 'elapsed ms': rounded(elapsedMs), 'overhead ms': rounded(overheadMs) },
  ]);
  console.log('cold-page: 200 new users');
  console.table({
    'four direct calls': { 'elapsed ms': rounded(directMs) },
    ...Object.fromEntries(rows),
  });
  return pages.flatMap(({ gateway, overheadMs }) =>
    aboveMax(`cold-page, ${gateway.name}: overhead in ms`, overheadMs, BOUNDS.pageOverheadMs),
  );
}

export function reportCrowds(crowds: readonly Crowd[]): string[] {
  const rows = crowds.map(({ gateway, elapsedMs, p50Ms, p99Ms, calls }) => [
    gateway.name,
    {
      'elapsed ms': rounded(elapsedMs),
      'p50 ms': rounded(p50Ms),
      'p99 ms': rounded(p99Ms),
      'upstream calls': calls,
    },
  ]);
  console.log('crowd: 500 clients in 50 ms');
  console.table(Object.fromEntries(rows));
  return crowds.flatMap(({ gateway, elapsedMs, calls }) => [
    ...aboveMax(`crowd, ${gateway.name}: ms`, elapsedMs, BOUNDS.crowdMs),
    ...aboveMax(`crowd, ${gateway.name}: upstream calls`, calls, BOUNDS.crowdCalls),
  ]);
}

export function reportStarts({ listeningMs, answeredMs, cpuMs }: Start): string[] {
  console.log('start: a page of 50 users as the first operation');
  console.table({
    gateway: {
      'listening ms': Math.round(listeningMs),
      'answered ms': Math.round(answeredMs),
      'CPU ms': Math.round(cpuMs),
    },
  });
  return aboveMax('start: ms to the first answer', answeredMs, BOUNDS.startMs);
}

export function reportMemory(gateways: readonly BenchGateway[]): string[] {
  return gateways.flatMap((gateway) =>
    aboveMax(`${gateway.name}: RSS in MB after all workloads`, rssMbOf(gateway.pid), BOUNDS.rssMb),
  );
}

const isGateway = ({ contestant }: WarmResult) => contestant.isGateway;

function belowMin(name: string, value: number, min: number): string[] {
  return value >= min ? [] : [`${name}: expected at least ${min}, got ${value.toFixed(3)}`];
}

function aboveMax(name: string, value: number, max: number): string[] {
  return value <= max ? [] : [`${name}: expected at most ${max}, got ${value.toFixed(1)}`];
}

const rounded = (value: number, digits = 2) => Number(value.toFixed(digits));
