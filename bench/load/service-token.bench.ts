import { createHash, randomBytes } from 'node:crypto';
import type { Authenticator, RequestCredentials } from '../../src/auth/authenticator';
import { createServiceTokenAuthenticator } from '../../src/auth/service-token.authenticator';
import { median } from '../quantile';

/**
 * Checks that the time of a comparison does not reveal how much of a token is right. It measures each kind
 * of guess many thousand times in random order. The result is the ratio of its median to the median of a
 * guess with nothing right. Two equivalent kinds of guess show how much that ratio varies by chance.
 */
const SERVICES = 20;
const ROUNDS = 20_000;
const GUESSES_PER_SAMPLE = 20;
const WARM_UP_ROUNDS = 2_000;
/** A larger difference needs an explanation; chance alone stays well below. */
const MAX_DIFFERENCE = 0.02;

const LENGTH = 43;
const newToken = () => randomBytes(32).toString('base64url');
const tokens = Array.from({ length: SERVICES }, newToken);
const first = tokens[0] ?? '';
const last = tokens.at(-1) ?? '';

/** Returns a token whose first characters are right and whose others are wrong. */
function rightUpTo(token: string, characters: number): string {
  const wrong = token.slice(characters).replace(/./g, (right) => (right === 'x' ? 'y' : 'x'));
  return token.slice(0, characters) + wrong;
}

const GUESSES: Readonly<Record<string, string>> = {
  'nothing right': rightUpTo(first, 0),
  'nothing right, again': newToken(),
  '1 character right': rightUpTo(first, 1),
  'half of it right': rightUpTo(first, Math.floor(LENGTH / 2)),
  'all but one right': rightUpTo(first, LENGTH - 1),
  'all but one right, of the last service': rightUpTo(last, LENGTH - 1),
  // No guesses: the owner of a token knows that it is right, and the order of services is no secret.
  'right, of the first service': first,
  'right, of the last service': last,
};

function credentialsOf(token: string): RequestCredentials {
  return {
    hasAuthorization: true,
    bearer: token,
    header: () => undefined,
    isRepeated: false,
    address: '127.0.0.1',
  };
}

function timeNs(authenticator: Authenticator, credentials: RequestCredentials): number {
  const request = new AbortController();
  const startedNs = process.hrtime.bigint();
  for (let i = 0; i < GUESSES_PER_SAMPLE; i += 1)
    void authenticator.authenticate(credentials, request);
  return Number(process.hrtime.bigint() - startedNs) / GUESSES_PER_SAMPLE;
}

function shuffle<T>(values: readonly T[]): T[] {
  return values
    .map((value) => ({ value, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ value }) => value);
}

function main(): void {
  const authenticator = createServiceTokenAuthenticator(
    tokens.map((token, i) => ({
      name: `service ${i}`,
      sha256: createHash('sha256').update(token).digest('hex'),
      policy: 'all',
      tenantKey: null,
    })),
  );
  const kinds = Object.entries(GUESSES).map(([name, token]) => ({
    name,
    credentials: credentialsOf(token),
    samplesNs: [] as number[],
  }));
  for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round += 1) {
    for (const { credentials, samplesNs } of shuffle(kinds)) {
      const ns = timeNs(authenticator, credentials);
      if (round >= WARM_UP_ROUNDS) samplesNs.push(ns);
    }
  }

  const base = median(kinds[0]?.samplesNs ?? []);
  console.log(`${SERVICES} services, ${ROUNDS * GUESSES_PER_SAMPLE} guesses of each kind, medians`);
  for (const { name, samplesNs } of kinds) {
    const ratio = median(samplesNs) / base;
    console.log(`  ${name.padEnd(40)} ${median(samplesNs).toFixed(0)} ns  ${ratio.toFixed(4)}`);
    const isGuess = !name.startsWith('right');
    if (isGuess && Math.abs(ratio - 1) > MAX_DIFFERENCE) process.exitCode = 1;
  }
}

main();
