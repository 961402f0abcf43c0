/** A text in both of Feishu's languages, with Feishu's keys. */
export interface BilingualText {
  readonly 'zh-CN': string;
  readonly 'en-US': string;
}

export function bilingual(zhCN: string, enUS: string): BilingualText {
  return { 'zh-CN': zhCN, 'en-US': enUS };
}
