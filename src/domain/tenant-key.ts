/** The form of Feishu's `tenant_key`. It is part of names in Redis, whose parts a colon separates. */
export const TENANT_KEY_PATTERN = '[\\w-]{1,64}';

const TENANT_KEY = new RegExp(`^${TENANT_KEY_PATTERN}$`);

/** Whether a company may be served under this key. Every way to name a company checks it. */
export function isTenantKey(value: unknown): value is string {
  return typeof value === 'string' && TENANT_KEY.test(value);
}
