import { barChart } from '../../plot/bar-chart';
import { COLORS } from '../../plot/svg';
import { today, type Language } from '../../plot/write-plots';
import type { WarmResult } from './warm';

/** The results of one workload, for each contestant. */
export interface MeasuredWorkload {
  readonly workload: string;
  readonly results: readonly WarmResult[];
}

const TEXTS = {
  en: {
    title: 'Requests a second from the cache, as a share of plain node:http',
    contestants: {
      raw: 'node:http (100 %)',
      apollo: 'Fastify and Apollo',
      gateway: 'this gateway',
      'gateway with Redis': 'the same with Redis',
    },
    workloads: {
      'one-user': 'one user',
      'fixed-pages': '20 fixed pages',
      'random-pages': 'random pages',
      'pages-with-ids': 'pages with IDs',
      entities: 'entities',
    },
    caption: (command: string) =>
      `${command}, ${today()}. node:http serializes objects in memory; Apollo concatenates ready texts. A page has 50 users.`,
  },
  'zh-CN': {
    title: '从缓存返回时每秒的请求数，相对于直接使用 node:http 的比例',
    contestants: {
      raw: 'node:http（100%）',
      apollo: 'Fastify 和 Apollo',
      gateway: '本网关',
      'gateway with Redis': '本网关加 Redis',
    },
    workloads: {
      'one-user': '一个用户',
      'fixed-pages': '20 个固定页面',
      'random-pages': '随机页面',
      'pages-with-ids': '带 ID 的页面',
      entities: '联邦实体',
    },
    caption: (command: string) =>
      `${command}，${today()}。node:http 序列化内存中的对象，Apollo 拼接现成的文本；每页 50 个用户。`,
  },
} as const;

const CONTESTANT_COLORS = {
  raw: COLORS.border,
  apollo: COLORS.floor,
  gateway: COLORS.ours,
  'gateway with Redis': COLORS.oursLight,
} as const;

type ContestantName = keyof typeof CONTESTANT_COLORS;

/** The share of raw's throughput, for each workload and contestant. */
export function throughputPlot(
  measured: readonly MeasuredWorkload[],
  command: string,
  language: Language,
): string {
  const { title, caption, contestants, workloads } = TEXTS[language];
  const names = (measured[0]?.results ?? []).map(({ contestant }) => contestant.name);
  return barChart({
    title,
    caption: caption(command),
    bars: names.map((name) => ({
      name: contestants[name as ContestantName],
      color: CONTESTANT_COLORS[name as ContestantName],
    })),
    groups: measured.map(({ workload, results }) => ({
      name: workloads[workload as keyof typeof workloads],
      values: results.map(({ shareOfRaw }) => shareOfRaw),
    })),
  });
}
