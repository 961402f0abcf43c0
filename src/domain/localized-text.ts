export const Locale = { ZH_CN: 'ZH_CN', EN_US: 'EN_US' } as const;
export type Locale = keyof typeof Locale;

/** A text that Feishu may have in Chinese, in English, in both or in neither. */
export interface LocalizedText {
  readonly zhCN: string | null;
  readonly enUS: string | null;
}

/** The text in the wanted language, or in the other one if that is missing. */
export function localize(text: LocalizedText, locale: Locale): string | null {
  const [wanted, other] = locale === Locale.ZH_CN ? [text.zhCN, text.enUS] : [text.enUS, text.zhCN];
  return wanted ?? other;
}
