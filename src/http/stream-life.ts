import { setMaxListeners } from 'node:events';
import { GatewayError } from '../domain/errors';
import type { Principal } from '../domain/principal';
import type { Admission } from './admission';
import type { RequestScope } from './request-scope';

/**
 * Why a stream ends. `closed`: by the client. `drained`: this replica stops. `aged`: it is open for too long.
 * `stalled`: the client does not read. `refused`: the credentials are no longer valid. `unverified`: they cannot be
 * verified now. `failed`: a defect.
 */
export type StreamEnd =
  'closed' | 'drained' | 'aged' | 'stalled' | 'refused' | 'unverified' | 'failed';

/** The life of one stream, which is longer than that of its request. */
export interface StreamLife {
  /** For what runs in the stream: each load has the deadline of a request. */
  readonly scope: RequestScope;
  /** Why it has ended; `undefined`: it has not. */
  readonly reason: () => StreamEnd | undefined;
  /** Verifies the credentials again once they are due. @throws GatewayError if they are no longer valid */
  readonly verify: () => void | Promise<void>;
  /** The first reason counts. */
  readonly finish: (reason: StreamEnd) => void;
}

/** Credentials of a router do not expire, and a replica that was added gets its share of the streams. */
const MAX_LIFE_MS = 60 * 60_000;
const VERIFY_DEADLINE_MS = 10_000;

export interface StreamLifeOptions {
  readonly deadlineMs: number;
  readonly nowMs: () => number;
}

export function createStreamLife(
  { scope, principal, verifyAgain }: Pick<Admission, 'scope' | 'principal' | 'verifyAgain'>,
  { deadlineMs, nowMs }: StreamLifeOptions,
): StreamLife {
  const controller = new AbortController();
  const { signal } = controller;
  setMaxListeners(0, signal);
  let validUntilMs = principal.validUntilMs ?? Infinity;
  let validity: NodeJS.Timeout | undefined;
  const age = setTimeout(() => {
    finish('aged');
  }, MAX_LIFE_MS).unref();

  function finish(reason: StreamEnd): void {
    clearTimeout(age);
    clearTimeout(validity);
    controller.abort(reason);
  }

  /** A stream may have no change for hours, so the time ends it too. */
  function watchValidity(): void {
    const leftMs = validUntilMs - nowMs();
    if (leftMs > MAX_LIFE_MS || signal.aborted) return;
    validity = setTimeout(() => void renew().catch(() => undefined), leftMs).unref();
  }

  async function renew(): Promise<void> {
    clearTimeout(validity);
    try {
      const renewed = await verifyAgain(AbortSignal.timeout(VERIFY_DEADLINE_MS));
      if (!isSame(principal, renewed)) throw otherPrincipal();
      validUntilMs = renewed.validUntilMs ?? Infinity;
      watchValidity();
    } catch (error) {
      const isRefused = error instanceof GatewayError && error.code === 'UNAUTHENTICATED';
      finish(isRefused ? 'refused' : 'unverified');
      throw error;
    }
  }

  watchValidity();
  return {
    scope: {
      requestId: scope.requestId,
      acceptLanguage: scope.acceptLanguage,
      end: signal,
      signal,
      get deadlineAtMs() {
        return nowMs() + deadlineMs;
      },
      // A stream may last for days. The span of its request has its start.
      span: undefined,
    },
    reason: () => signal.reason as StreamEnd | undefined,
    verify: () => (nowMs() < validUntilMs ? undefined : renew()),
    finish,
  };
}

function isSame(one: Principal, other: Principal): boolean {
  return (
    one.kind === other.kind &&
    one.name === other.name &&
    one.policy === other.policy &&
    one.tenantKey === other.tenantKey
  );
}

function otherPrincipal(): GatewayError {
  return new GatewayError('UNAUTHENTICATED', 'The credentials of this stream are not accepted.');
}
