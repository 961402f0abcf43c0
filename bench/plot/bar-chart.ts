import { COLORS, polyline, rect, svg, text } from './svg';

export interface Bar {
  readonly name: string;
  readonly color: string;
}

export interface BarChart {
  readonly title: string;
  readonly caption: string;
  /** The bars of each group, in their order. */
  readonly bars: readonly Bar[];
  /** One share for each bar; 1 is that of the reference. */
  readonly groups: readonly { readonly name: string; readonly values: readonly number[] }[];
}

const WIDTH = 820;
const HEIGHT = 400;
const PLOT = { left: 66, right: 800, top: 96, bottom: 330 };
const TICK = 0.25;
const LEGEND_Y = 60;
/** The part of a group's width that its bars take. */
const FILLED = 0.78;

/** Groups of bars for shares, with the value above each bar. */
export function barChart({ title, caption, bars, groups }: BarChart): string {
  const highest = Math.max(1, ...groups.flatMap(({ values }) => values));
  const ticks = Array.from({ length: Math.ceil(highest / TICK) + 1 }, (_, i) => i * TICK);
  const top = ticks.at(-1) ?? 1;
  const heightOf = (share: number) => (share / top) * (PLOT.bottom - PLOT.top);
  const groupWidth = (PLOT.right - PLOT.left) / groups.length;
  const barWidth = (groupWidth * FILLED) / bars.length;
  return svg({ width: WIDTH, height: HEIGHT, title, caption }, [
    ...ticks.flatMap((share) => {
      const y = PLOT.bottom - heightOf(share);
      return [
        polyline(
          [
            [PLOT.left, y],
            [PLOT.right, y],
          ],
          share === 1 ? COLORS.floor : COLORS.grid,
        ),
        text(PLOT.left - 10, y + 4, `${share * 100} %`, {
          anchor: 'end',
          size: 12,
          color: COLORS.muted,
        }),
      ];
    }),
    ...groups.flatMap(({ name, values }, g) => {
      const left = PLOT.left + groupWidth * (g + (1 - FILLED) / 2);
      return [
        ...values.flatMap((value, i) => {
          const height = heightOf(value);
          const x = left + i * barWidth;
          return [
            rect(x + 1, PLOT.bottom - height, barWidth - 2, height, bars[i]?.color ?? COLORS.text),
            text(x + barWidth / 2, PLOT.bottom - height - 5, String(Math.round(value * 100)), {
              anchor: 'middle',
              size: 12,
            }),
          ];
        }),
        text(PLOT.left + groupWidth * (g + 0.5), PLOT.bottom + 22, name, { anchor: 'middle' }),
      ];
    }),
    ...bars.flatMap(({ name, color }, i) => [
      rect(24 + i * 195, LEGEND_Y - 11, 14, 14, color),
      text(44 + i * 195, LEGEND_Y, name),
    ]),
  ]);
}
