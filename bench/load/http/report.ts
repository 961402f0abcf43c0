import type { ColdPage, Crowd } from './cold';
import type { BenchGateway } from './gateway';
import { rssMbOf } from './process-usage';
import type { WarmResult } from './warm';
import type { Work } from './works';

/** What the gateway must keep, with and without Redis; shares of raw are in `works.ts`. */
export const BOUNDS = {
  /** p99 as a multiple of p50. */
  tail: 4,
  pageOnTopMs: 15,
  crowdMs: 300,
  crowdCalls: 11,
  rssMb: 250,
};

export function reportWork(work: Work, results: readonly WarmResult[]): string[] {
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
  console.log(work.name);
  console.table(Object.fromEntries(rows));
  return results.filter(isGateway).flatMap(({ contestant, shareOfRaw, tail }) => {
    const name = `${work.name}, ${contestant.name}`;
    return [
      ...missedLeast(`${name}: share of raw`, shareOfRaw, work.leastShare),
      ...missedMost(`${name}: p99/p50`, tail, BOUNDS.tail),
    ];
  });
}

export function reportPages(byHandMs: number, pages: readonly ColdPage[]): string[] {
  const rows = pages.map(({ gateway, elapsedMs, onTopMs }) => [
    gateway.name,
    { 'elapsed ms': rounded(elapsedMs), 'on top of the calls ms': rounded(onTopMs) },
  ]);
  console.log('cold-page: 200 new users');
  console.table({
    'four calls by hand': { 'elapsed ms': rounded(byHandMs) },
    ...Object.fromEntries(rows),
  });
  return pages.flatMap(({ gateway, onTopMs }) =>
    missedMost(`cold-page, ${gateway.name}: ms on top of the calls`, onTopMs, BOUNDS.pageOnTopMs),
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
    ...missedMost(`crowd, ${gateway.name}: ms`, elapsedMs, BOUNDS.crowdMs),
    ...missedMost(`crowd, ${gateway.name}: upstream calls`, calls, BOUNDS.crowdCalls),
  ]);
}

export function reportMemory(gateways: readonly BenchGateway[]): string[] {
  return gateways.flatMap((gateway) =>
    missedMost(`${gateway.name}: RSS in MB after all works`, rssMbOf(gateway.pid), BOUNDS.rssMb),
  );
}

const isGateway = ({ contestant }: WarmResult) => contestant.isGateway;

function missedLeast(name: string, value: number, least: number): string[] {
  return value >= least ? [] : [`${name}: expected at least ${least}, got ${value.toFixed(3)}`];
}

function missedMost(name: string, value: number, most: number): string[] {
  return value <= most ? [] : [`${name}: expected at most ${most}, got ${value.toFixed(1)}`];
}

const rounded = (value: number, digits = 2) => Number(value.toFixed(digits));
