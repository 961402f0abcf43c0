import { COLORS, polyline, svg, text } from './svg';

export interface Line {
  readonly name: string;
  readonly color: string;
  readonly dashed: boolean;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface LineChart {
  readonly title: string;
  readonly caption: string;
  readonly xLabel: string;
  readonly xMax: number;
  readonly xStep: number;
  /** The labelled values of the logarithmic axis, lowest first: the first and the last one are its ends. */
  readonly yTicks: readonly (readonly [value: number, label: string])[];
  /** A horizontal line to compare with. */
  readonly limit: { readonly value: number; readonly label: string };
  readonly lines: readonly Line[];
}

const WIDTH = 820;
const HEIGHT = 440;
const PLOT = { left: 78, right: 784, top: 84, bottom: 358 };
const LEGEND_Y = 60;

/** Lines over a linear x-axis and a logarithmic y-axis. */
export function lineChart(chart: LineChart): string {
  const [lowest = 1] = chart.yTicks.map(([value]) => value);
  const highest = chart.yTicks.at(-1)?.[0] ?? lowest;
  const xOf = (value: number) => PLOT.left + (value / chart.xMax) * (PLOT.right - PLOT.left);
  const yOf = (value: number) => {
    const share = Math.log(value / lowest) / Math.log(highest / lowest);
    return PLOT.bottom - Math.min(1, Math.max(0, share)) * (PLOT.bottom - PLOT.top);
  };
  return svg({ width: WIDTH, height: HEIGHT, title: chart.title, caption: chart.caption }, [
    ...chart.yTicks.flatMap(([value, label]) => [
      horizontal(yOf(value), COLORS.grid),
      text(PLOT.left - 10, yOf(value) + 4, label, { anchor: 'end', size: 12, color: COLORS.muted }),
    ]),
    ...range(0, chart.xMax, chart.xStep).map((value) =>
      text(xOf(value), PLOT.bottom + 20, String(value), {
        anchor: 'middle',
        size: 12,
        color: COLORS.muted,
      }),
    ),
    text((PLOT.left + PLOT.right) / 2, PLOT.bottom + 42, chart.xLabel, { anchor: 'middle' }),
    horizontal(yOf(chart.limit.value), COLORS.floor, '2 4'),
    text(PLOT.right - 4, yOf(chart.limit.value) - 6, chart.limit.label, {
      anchor: 'end',
      size: 12,
      color: COLORS.muted,
    }),
    ...chart.lines.map(({ points, color, dashed }) =>
      polyline(
        points.map(([x, y]) => [xOf(x), yOf(y)]),
        color,
        2.5,
        dashed ? '6 4' : '',
      ),
    ),
    ...chart.lines.flatMap((line, i) => legend(line, 24 + i * 195)),
  ]);
}

function horizontal(y: number, color: string, dashes = ''): string {
  return polyline(
    [
      [PLOT.left, y],
      [PLOT.right, y],
    ],
    color,
    1,
    dashes,
  );
}

function legend({ name, color, dashed }: Line, x: number): string[] {
  const sample = [
    [x, LEGEND_Y - 4],
    [x + 26, LEGEND_Y - 4],
  ] as const;
  return [polyline(sample, color, 2.5, dashed ? '6 4' : ''), text(x + 33, LEGEND_Y, name)];
}

function range(first: number, last: number, step: number): number[] {
  return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, i) => first + i * step);
}
