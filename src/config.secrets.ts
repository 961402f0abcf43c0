import { readFileSync } from 'node:fs';
import type { Environment } from './variables';

/**
 * Variables whose values are secrets. Neither the log nor an error quotes them, and each may come from a file that the
 * variable with `_FILE` behind its name points to. A new secret needs one line here and a row in docs/configuration.md.
 */
export const SECRET_VARIABLES = [
  'FEISHU_APP_SECRET',
  'FEISHU_EVENT_VERIFICATION_TOKEN',
  'FEISHU_EVENT_ENCRYPT_KEY',
  'REDIS_URL',
  'AUTH_SERVICE_TOKENS',
  'AUTH_ROUTER_SECRET',
  'OTEL_EXPORTER_OTLP_HEADERS',
] as const;

const NAMES: ReadonlySet<string> = new Set(SECRET_VARIABLES);

export function isSecret(variable: string): boolean {
  return NAMES.has(variable);
}

/** The variable with the path of a secret's file. */
export function fileVariableOf(variable: string): string {
  return `${variable}_FILE`;
}

export interface WithSecrets {
  /** The variables that were given, and the secrets from files. */
  readonly environment: Environment;
  /** One line for each file that has no secret in it, without the path or the content. */
  readonly faults: readonly string[];
}

/** Reads the secrets that come from files. */
export function readSecretFiles(given: Environment): WithSecrets {
  const environment: Record<string, string | undefined> = { ...given };
  const faults: string[] = [];
  for (const variable of SECRET_VARIABLES) {
    const path = given[fileVariableOf(variable)];
    if (path === undefined) continue;
    const read = given[variable] === undefined ? readSecret(path) : givenTwice(variable);
    if ('secret' in read) environment[variable] = read.secret;
    else faults.push(`${fileVariableOf(variable)}: ${read.fault}`);
  }
  return { environment, faults };
}

type Read = { readonly secret: string } | { readonly fault: string };

function givenTwice(variable: string): Read {
  return { fault: `expected this or ${variable}, got both` };
}

/** Editors and `echo` end a file with a line break, which is no part of the secret. */
function readSecret(path: string): Read {
  let secret: string;
  try {
    secret = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
  } catch (error) {
    // The message of the error quotes the path, in whose place the secret itself may stand by mistake.
    const { code } = error as NodeJS.ErrnoException;
    return { fault: `expected the path of a readable text file, got ${code ?? 'another error'}` };
  }
  secret = secret.replace(/[\r\n]+$/, '');
  if (secret === '') return { fault: 'expected a file with the secret in it, got an empty one' };
  if (/[\r\n]/.test(secret)) return { fault: 'expected a file of one line, got several lines' };
  return { secret };
}
