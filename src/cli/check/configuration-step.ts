import { ConfigError, loadConfig, type Config } from '../../config';
import type { Environment } from '../../variables';
import type { Step } from './step';

/**
 * Reads the configuration like the gateway.
 * @returns no configuration if the gateway would not start, or would answer from its emulator
 */
export function configurationStep(environment?: Environment): {
  readonly step: Step;
  readonly config?: Config;
} {
  const failed = (finding: string, remedy: string) => ({
    step: { name: 'configuration', outcome: 'failed', finding, remedies: [remedy] } as const,
  });
  try {
    const config = loadConfig(environment);
    const { upstream } = config;
    if (upstream.kind === 'emulator') {
      return failed(
        'no credentials: the gateway would answer from its emulator, with invented people',
        'Create an app, and set FEISHU_APP_ID and FEISHU_APP_SECRET: docs/feishu-setup.md.',
      );
    }
    const kind = config.appType === 'store' ? 'store app' : 'app';
    const finding = `valid: ${kind} ${upstream.appId} at ${upstream.origin}`;
    return { step: { name: 'configuration', outcome: 'ok', finding, remedies: [] }, config };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return failed(error.message, 'Correct these variables: docs/configuration.md.');
  }
}
