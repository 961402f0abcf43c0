/** The elements of the plots. A plot has its own background, so that it is readable on dark pages too. */
export const COLORS = {
  background: '#ffffff',
  border: '#d0d7de',
  text: '#1f2328',
  muted: '#59636e',
  grid: '#e4e8ec',
  ours: '#0969da',
  oursLight: '#80b3f0',
  theirs: '#bc4c00',
  floor: '#8c959f',
};

const FONT =
  "-apple-system, 'Segoe UI', 'Noto Sans', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', Helvetica, Arial, sans-serif";

export interface TextStyle {
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly size?: number;
  readonly color?: string;
  readonly bold?: boolean;
}

export function text(x: number, y: number, content: string, style: TextStyle = {}): string {
  const { anchor = 'start', size = 13, color = COLORS.text, bold = false } = style;
  const weight = bold ? ' font-weight="600"' : '';
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" font-size="${size}" fill="${color}"${weight}>${escape(content)}</text>`;
}

export function rect(x: number, y: number, width: number, height: number, color: string): string {
  return `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" fill="${color}"/>`;
}

/** @param dashes a dash pattern such as `6 4`; empty for a solid line */
export function polyline(
  points: readonly (readonly [x: number, y: number])[],
  color: string,
  width = 1,
  dashes = '',
): string {
  const at = points.map(([x, y]) => `${round(x)},${round(y)}`).join(' ');
  const dashed = dashes === '' ? '' : ` stroke-dasharray="${dashes}"`;
  return `<polyline points="${at}" fill="none" stroke="${color}" stroke-width="${width}" stroke-linejoin="round"${dashed}/>`;
}

export interface Page {
  readonly width: number;
  readonly height: number;
  readonly title: string;
  /** Where the numbers come from, and of which day they are. */
  readonly caption: string;
}

/** A card with its title above and its caption below. */
export function svg({ width, height, title, caption }: Page, parts: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="${FONT}">`,
    `<title>${escape(title)}</title>`,
    `<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8" fill="${COLORS.background}" stroke="${COLORS.border}"/>`,
    text(24, 34, title, { size: 16, bold: true }),
    ...parts,
    text(24, height - 16, caption, { size: 11, color: COLORS.muted }),
    '</svg>',
    '',
  ].join('\n');
}

const escape = (content: string) =>
  content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const round = (value: number) => Number(value.toFixed(1));
