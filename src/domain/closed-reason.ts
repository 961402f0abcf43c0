/** Why Feishu wants to be left alone. */
export const ClosedReason = {
  RATE_LIMITED: 'RATE_LIMITED',
  QUOTA_EXHAUSTED: 'QUOTA_EXHAUSTED',
} as const;
export type ClosedReason = keyof typeof ClosedReason;
