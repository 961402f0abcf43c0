import { createHash, randomBytes } from 'node:crypto';
import type { Authenticator, RequestCredentials } from '../../src/auth/authenticator';
import { createServiceTokenAuthenticator } from '../../src/auth/service-token.authenticator';

/**
 * Whether the time of a comparison tells how much of a token was right. Every kind of guess is timed in
 * turn, many thousand times in mixed order; the result is the ratio of its median to that of a guess of
 * which nothing is right. Two kinds that are alike show how far chance alone moves that ratio.
 */
const SERVICES = 20;
const ROUNDS = 20_000;
const GUESSES_PER_SAMPLE = 20;
const WARM_UP_ROUNDS = 2_000;
/** Beyond this a difference would be worth a look; chance alone stays well below. */
const MOST_DIFFERENCE = 0.02;

const LENGTH = 43;
const newToken = () => randomBytes(32).toString('base64url');
const tokens = Array.from({ length: SERVICES }, newToken);
const first = tokens[0] ?? '';
const last = tokens.at(-1) ?? '';

/** The first characters are right, and the rest is not. */
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
  // Whoever has a token knows that it is right; that another comes before it is no secret either.
  'right, of the first service': first,
  'right, of the last service': last,
};

function present(token: string): RequestCredentials {
  return {
    hasAuthorization: true,
    bearer: token,
    header: () => undefined,
    isRepeated: false,
    address: '127.0.0.1',
  };
}

function timeNs(authenticator: Authenticator, presented: RequestCredentials): number {
  const { signal } = new AbortController();
  const startedNs = process.hrtime.bigint();
  for (let i = 0; i < GUESSES_PER_SAMPLE; i += 1)
    void authenticator.authenticate(presented, signal);
  return Number(process.hrtime.bigint() - startedNs) / GUESSES_PER_SAMPLE;
}

function shuffle<T>(values: readonly T[]): T[] {
  return values
    .map((value) => ({ value, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ value }) => value);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function main(): void {
  const authenticator = createServiceTokenAuthenticator(
    tokens.map((token, i) => ({
      name: `service ${i}`,
      sha256: createHash('sha256').update(token).digest('hex'),
      policy: 'all',
    })),
  );
  const kinds = Object.entries(GUESSES).map(([name, token]) => ({
    name,
    presented: present(token),
    samplesNs: [] as number[],
  }));
  for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round += 1) {
    for (const { presented, samplesNs } of shuffle(kinds)) {
      const ns = timeNs(authenticator, presented);
      if (round >= WARM_UP_ROUNDS) samplesNs.push(ns);
    }
  }

  const base = median(kinds[0]?.samplesNs ?? []);
  console.log(`${SERVICES} services, ${ROUNDS * GUESSES_PER_SAMPLE} guesses of each kind, medians`);
  for (const { name, samplesNs } of kinds) {
    const ratio = median(samplesNs) / base;
    console.log(`  ${name.padEnd(40)} ${median(samplesNs).toFixed(0)} ns  ${ratio.toFixed(4)}`);
    const isGuess = !name.startsWith('right');
    if (isGuess && Math.abs(ratio - 1) > MOST_DIFFERENCE) process.exitCode = 1;
  }
}

main();
