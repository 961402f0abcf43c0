import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import {
  exportJWK,
  exportSPKI,
  generateKeyPair,
  SignJWT,
  UnsecuredJWT,
  type CryptoKey,
} from 'jose';

const AUDIENCE = 'https://gateway.example.com';
const ALL_SCOPE = 'tasks:all';

/** Claims of a token in addition to those of every valid one; `null` leaves a claim out. */
export interface Claims {
  readonly sub?: string | null;
  readonly iss?: string;
  readonly aud?: string;
  readonly exp?: number | null;
  readonly nbf?: number;
  readonly scope?: string | readonly string[];
  readonly [claim: string]: unknown;
}

/** An identity provider on loopback: issues tokens, and publishes its keys over HTTP. */
export interface TestIssuer {
  readonly url: string;
  readonly allScope: string;
  /** Configures a gateway to trust it. */
  readonly env: Record<string, string>;
  sign(claims: Claims): Promise<string>;
  /** With this `typ` in its header. */
  signAs(typ: string, claims: Claims): Promise<string>;
  /** Without `kid`, which names the key. */
  signWithoutKid(claims: Claims): Promise<string>;
  /** Without a signature: `alg: none`. */
  unsigned(claims: Claims): string;
  /** Signed with the public key as if it were a shared secret. */
  signWithPublicKey(claims: Claims): Promise<string>;
  /** Publishes a new key instead of all others, and signs with it. */
  rotate(): Promise<void>;
  /** Publishes a new key in addition to the others, and signs with it. */
  addKey(): Promise<void>;
  /** How often the keys have been fetched. */
  fetches(): number;
  /** Sets the status of the answers to requests for the keys. */
  answerWith(status: number): void;
  close(): Promise<void>;
}

interface Key {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
}

/** Of all issuers of a test file: making a key takes longer than most tests. */
const keys = new Map<string, Promise<Key>>();

function keyOf(kid: string): Promise<Key> {
  const known = keys.get(kid) ?? createKey(kid);
  keys.set(kid, known);
  return known;
}

async function createKey(kid: string): Promise<Key> {
  return { kid, ...(await generateKeyPair('RS256', { extractable: true })) };
}

const published = async ({ kid, publicKey }: Key) => ({
  ...(await exportJWK(publicKey)),
  ...{ kid, alg: 'RS256', use: 'sig' },
});

const inSeconds = (seconds: number, nowMs = Date.now()) => Math.floor(nowMs / 1_000) + seconds;

export async function startIssuer(unixMs: () => number = Date.now): Promise<TestIssuer> {
  let key = await keyOf('key 1');
  /** Published before that one. */
  let others: Key[] = [];
  let fetches = 0;
  let status = 200;
  let keysMade = 1;

  const server = createServer((_request, response) => {
    fetches += 1;
    void Promise.all([...others, key].map(published)).then((all) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ keys: all }));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  /** Those of a valid token, except for the given ones. */
  function claimsOf(claims: Claims): Record<string, unknown> {
    const all = {
      iss: url,
      aud: AUDIENCE,
      exp: inSeconds(300, unixMs()),
      iat: inSeconds(0, unixMs()),
      ...claims,
    };
    return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
  }

  return {
    url,
    allScope: ALL_SCOPE,
    env: {
      AUTH_JWT_ISSUER: url,
      AUTH_JWT_AUDIENCE: AUDIENCE,
      AUTH_JWT_JWKS_URL: `${url}/jwks.json`,
      AUTH_JWT_ALL_SCOPE: ALL_SCOPE,
    },
    sign: (claims) =>
      new SignJWT(claimsOf(claims))
        .setProtectedHeader({ alg: 'RS256', kid: key.kid })
        .sign(key.privateKey),
    signAs: (typ, claims) =>
      new SignJWT(claimsOf(claims))
        .setProtectedHeader({ alg: 'RS256', kid: key.kid, typ })
        .sign(key.privateKey),
    signWithoutKid: (claims) =>
      new SignJWT(claimsOf(claims)).setProtectedHeader({ alg: 'RS256' }).sign(key.privateKey),
    unsigned: (claims) => new UnsecuredJWT(claimsOf(claims)).encode(),
    async signWithPublicKey(claims) {
      const secret = new TextEncoder().encode(await exportSPKI(key.publicKey));
      const header = { alg: 'HS256', kid: key.kid };
      return new SignJWT(claimsOf(claims)).setProtectedHeader(header).sign(secret);
    },
    async rotate() {
      keysMade += 1;
      others = [];
      key = await keyOf(`key ${keysMade}`);
    },
    async addKey() {
      keysMade += 1;
      others = [...others, key];
      key = await keyOf(`key ${keysMade}`);
    },
    fetches: () => fetches,
    answerWith(next) {
      status = next;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export const expiredAt = (secondsAgo: number): number => inSeconds(-secondsAgo);
