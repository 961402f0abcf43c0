import { ConfigError, loadConfig, type Config } from '../../config';
import type { Environment } from '../../variables';
import { usageError } from '../exit';

/**
 * Reads the configuration like the gateway, and requires what filling the shared memory needs.
 * @throws CliError
 */
export function requireWarmConfig(environment?: Environment): Config {
  const config = load(environment);
  if (config.upstream.kind === 'emulator') {
    throw usageError(
      'FEISHU_APP_ID, FEISHU_APP_SECRET: expected both, got neither. The emulator inside a gateway shares nothing.',
    );
  }
  if (!config.redisUrl) {
    throw usageError(
      'REDIS_URL: expected the Redis that the replicas share, got none. Without it, answers stay in the process ' +
        'that has fetched them.',
    );
  }
  if (config.auth.upstreamIdentity === 'caller') {
    throw usageError(
      "UPSTREAM_IDENTITY: expected app, got caller. Answers to a person's own token serve only that person.",
    );
  }
  if (lifeSecondsOf(config) === 0) {
    throw usageError(
      'CACHE_FRESH_SECONDS, CACHE_STALE_SECONDS: expected one above 0, got 0 for both',
    );
  }
  return config;
}

/** How long Redis keeps an answer. */
export function lifeSecondsOf({ cache }: Config): number {
  return Math.max(cache.freshSeconds, cache.staleSeconds);
}

function load(environment?: Environment): Config {
  try {
    return loadConfig(environment);
  } catch (error) {
    throw error instanceof ConfigError ? usageError(error.message) : error;
  }
}
