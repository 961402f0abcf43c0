/** Feishu and Lark are separate platforms: an app of one is unknown to the other. (fact 28) */
export const OPEN_API_ORIGIN = {
  feishu: 'https://open.feishu.cn',
  lark: 'https://open.larksuite.com',
} as const;

/** The hosts of `oauth/v3/token`. (fact 21) */
export const ACCOUNTS_ORIGIN = {
  feishu: 'https://accounts.feishu.cn',
  lark: 'https://accounts.larksuite.com',
} as const;
