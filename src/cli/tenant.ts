import { Option } from 'commander';
import type { Config } from '../config';
import { isTenantKey } from '../domain/tenant-key';
import { usageError } from './exit';

export function tenantOption(): Option {
  return new Option('--tenant <key>', 'the tenant_key of a company; required for a store app');
}

/** @returns `null` for a custom app. @throws CliError if a store app has no company, or a custom app has one */
export function requireTenant(
  { appType }: Pick<Config, 'appType'>,
  given: string | undefined,
): string | null {
  if (appType === 'store' && given === undefined) {
    throw usageError('--tenant: expected the tenant_key of a company for a store app, got none');
  }
  if (appType === 'custom' && given !== undefined) {
    throw usageError('--tenant: expected FEISHU_APP_TYPE=store with it, got a custom app');
  }
  if (given !== undefined && !isTenantKey(given)) {
    throw usageError(
      '--tenant: expected up to 64 letters, digits, hyphens and underscores, got other characters',
    );
  }
  return given ?? null;
}
