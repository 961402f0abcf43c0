import { writeFileSync } from 'node:fs';

export const LANGUAGES = ['en', 'zh-CN'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Writes a plot for the pages of each language: `x.svg` and, beside it, `x.zh-CN.svg`. */
export function writePlots(path: string, draw: (language: Language) => string): void {
  if (!path.endsWith('.svg')) throw new Error(`--plot: expected a path to *.svg, got ${path}`);
  for (const language of LANGUAGES) {
    const file = language === 'en' ? path : path.replace(/\.svg$/, `.${language}.svg`);
    writeFileSync(file, draw(language));
    console.log(`plot written to ${file}`);
  }
}

/** The day of a measurement, for captions. */
export function today(): string {
  return new Date().toISOString().slice(0, 10);
}
