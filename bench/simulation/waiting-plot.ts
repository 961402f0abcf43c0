import { lineChart } from '../plot/line-chart';
import { COLORS } from '../plot/svg';
import { today, type Language } from '../plot/write-plots';

/** The waiting times of one load, in seconds. */
export interface WaitingAtLoad {
  readonly requestsPerMinute: number;
  readonly gateway: { readonly p50: number; readonly p99: number };
  readonly dataLoader: { readonly p50: number; readonly p99: number };
}

const Y_TICKS = {
  en: ['0.1 s', '1 s', '10 s', '1 min', '10 min', '1 h', '1 day'],
  'zh-CN': ['0.1 秒', '1 秒', '10 秒', '1 分钟', '10 分钟', '1 小时', '1 天'],
};
const Y_SECONDS = [0.1, 1, 10, 60, 600, 3_600, 86_400];

const TEXTS = {
  en: {
    title: 'How long a request waits under Feishu’s 20 calls a minute',
    xLabel: 'requests a minute, each for another user',
    limit: 'a request of the gateway ends after 15 s',
    gateway: 'this gateway',
    dataLoader: 'plain DataLoader',
    median: 'median',
    p99: 'p99',
    comma: ', ',
    caption: `npm run bench:quota, ${today()}. Half an hour of requests on virtual time, worst of five seeds. The DataLoader merges the IDs of one request only.`,
  },
  'zh-CN': {
    title: '在飞书每分钟 20 次调用的限制下，请求要等多久',
    xLabel: '每分钟请求数，每个请求查询不同的用户',
    limit: '网关的请求最长 15 秒',
    gateway: '本网关',
    dataLoader: '普通 DataLoader',
    median: '中位数',
    p99: 'p99',
    comma: '，',
    caption: `npm run bench:quota，${today()}。虚拟时间下半小时的请求，五个随机种子中最差的结果。DataLoader 只合并同一请求内的 ID。`,
  },
};

/** Waiting time against load, beside a DataLoader that each request makes for itself. */
export function waitingPlot(loads: readonly WaitingAtLoad[], language: Language): string {
  const texts = TEXTS[language];
  const lineOf = (who: 'gateway' | 'dataLoader', which: 'p50' | 'p99') => ({
    name: `${texts[who]}${texts.comma}${which === 'p50' ? texts.median : texts.p99}`,
    color: who === 'gateway' ? COLORS.ours : COLORS.theirs,
    dashed: which === 'p99',
    points: loads.map((load) => [load.requestsPerMinute, load[who][which]] as const),
  });
  return lineChart({
    title: texts.title,
    caption: texts.caption,
    xLabel: texts.xLabel,
    xMax: 1_000,
    xStep: 100,
    yTicks: Y_SECONDS.map((seconds, i) => [seconds, Y_TICKS[language][i] ?? ''] as const),
    limit: { value: 15, label: texts.limit },
    lines: [
      lineOf('gateway', 'p50'),
      lineOf('gateway', 'p99'),
      lineOf('dataLoader', 'p50'),
      lineOf('dataLoader', 'p99'),
    ],
  });
}
