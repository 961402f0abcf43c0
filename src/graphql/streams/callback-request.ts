import { z } from 'zod';
import { badUserInput } from '../../domain/errors';

/**
 * What Apollo's router sends with a subscription, as `extensions.subscription`.
 * https://www.apollographql.com/docs/graphos/routing/operations/subscriptions/callback-protocol
 */
export interface CallbackRequest {
  readonly callbackUrl: string;
  readonly subscriptionId: string;
  readonly verifier: string;
  /** 0: no heartbeats. */
  readonly heartbeatIntervalMs: number;
}

/** More heartbeats would be a flood, and fewer would notice a router that is gone too late. */
const MIN_INTERVAL_MS = 1_000;
const MAX_INTERVAL_MS = 60_000;

const text = z.string().min(1).max(1_000);
const callbackRequest = z.object({
  callbackUrl: text,
  subscriptionId: text,
  verifier: z.string().max(1_000),
  heartbeatIntervalMs: z
    .literal(0)
    .or(z.number().int().min(MIN_INTERVAL_MS).max(MAX_INTERVAL_MS))
    .default(5_000),
});

const ARGUMENT = 'extensions.subscription';

/**
 * Reads and checks the request for callbacks. A client that reaches the gateway may send any URL, so only those of the
 * operator's routers are called.
 * @param allowed the callback URLs of routers, without the ID that follows
 * @throws GatewayError `BAD_USER_INPUT`
 */
export function readCallbackRequest(value: unknown, allowed: readonly string[]): CallbackRequest {
  const { success, data } = callbackRequest.safeParse(value);
  if (!success) {
    const expected = `callbackUrl, subscriptionId, verifier, and a heartbeatIntervalMs of 0 or ${MIN_INTERVAL_MS} to ${MAX_INTERVAL_MS}`;
    throw badUserInput(ARGUMENT, expected, 'another value');
  }
  const callbackUrl = findAllowed(data.callbackUrl, allowed);
  if (callbackUrl !== undefined) return { ...data, callbackUrl };
  throw badUserInput(
    `${ARGUMENT}.callbackUrl`,
    'a URL below one of SUBSCRIPTION_CALLBACK_URLS',
    'another URL',
  );
}

/** One segment of a path, such as a UUID. */
const LAST_SEGMENT = /^[\w-]{1,128}$/;

/**
 * Compares parsed URLs: `https://router@evil.example` and `/callback/../admin` begin like an allowed one.
 * @returns the URL as it was parsed, which is the one that is called
 */
function findAllowed(callbackUrl: string, allowed: readonly string[]): string | undefined {
  if (!URL.canParse(callbackUrl)) return undefined;
  const { href } = new URL(callbackUrl);
  const isBelow = (base: string) =>
    href.startsWith(`${base}/`) && LAST_SEGMENT.test(href.slice(base.length + 1));
  return allowed.some(isBelow) ? href : undefined;
}
