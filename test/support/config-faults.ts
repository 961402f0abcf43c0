import { ConfigError, loadConfig } from '../../src/config';

export type Environment = Parameters<typeof loadConfig>[0];

export const APP_SECRET = 'dskLLdkasdjlasdKK-dskLLdkasdjlasdKK';
/** An environment in which the gateway starts in front of Feishu. */
export const CREDENTIALS = {
  FEISHU_APP_ID: 'cli_a1b2c3',
  FEISHU_APP_SECRET: APP_SECRET,
  AUTH_ANONYMOUS: 'all',
};

/** The faults that keep the gateway from starting; none if it starts. */
export function faultsOf(environment: Environment): readonly string[] {
  try {
    loadConfig(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
}

/** The variables that faults are about. */
export const variablesIn = (faults: readonly string[]) =>
  faults.map((fault) => fault.split(':')[0]);
