/** Why Feishu accepts no calls for a while. */
export const ClosedReason = {
  RATE_LIMITED: 'RATE_LIMITED',
  QUOTA_EXHAUSTED: 'QUOTA_EXHAUSTED',
} as const;
export type ClosedReason = keyof typeof ClosedReason;
