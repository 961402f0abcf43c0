import { fileVariableOf, isSecret, SECRET_VARIABLES } from './config.secrets';
import { VARIABLES } from './config.variables';
import type { Environment } from './variables';

const NAMES = [...Object.keys(VARIABLES.shape), ...SECRET_VARIABLES.map(fileVariableOf)];

/**
 * Each variable of the gateway that is set, by name: its text, `set` in place of a secret, and a URL without the parts
 * that may hold one. Defaults are left out: docs/configuration.md has them.
 */
export function listSettings(given: Environment): Record<string, string> {
  return Object.fromEntries(
    NAMES.flatMap((name) => {
      const value = given[name];
      return value === undefined ? [] : [[name, describe(name, value)]];
    }),
  );
}

/** The path of a secret's file is hidden too: the secret itself may stand in its place by mistake. */
function describe(name: string, value: string): string {
  const hidden = isSecret(name) || name.endsWith(FILE_SUFFIX);
  return hidden ? 'set' : withoutUrlSecrets(value);
}

const FILE_SUFFIX = fileVariableOf('');

/** A URL may carry a password, or a key in its query. */
function withoutUrlSecrets(value: string): string {
  if (!URL.canParse(value)) return value;
  const { username, password, search, hash, protocol, host, pathname } = new URL(value);
  if (username + password + search + hash === '') return value;
  return `${protocol}//${host}${pathname} (without credentials and query)`;
}
